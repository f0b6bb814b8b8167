namespace Appliance.Features.Backfill;

/// <summary>A backfill that has begun, or why it has not. Immutable.</summary>
/// <param name="Backfill">To be disposed of by the caller; null where it has not begun.</param>
public sealed record BackfillStart(ViewBackfill? Backfill, BackfillOutcome Outcome, string Reason);

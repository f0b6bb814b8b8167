namespace Appliance.Features.Backfill;

/// <summary>What came of some events of a backfill. Immutable.</summary>
/// <param name="Outcome">Anything but Ok ends the backfill; it may be run again.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Refusals">The events that were not taken.</param>
/// <param name="IsAtEnd">Of a replay of the journal: nothing is left.</param>
public sealed record BackfillStep(BackfillOutcome Outcome, string Reason, IReadOnlyList<BackfillRefusal> Refusals, bool IsAtEnd = false)
{
    internal static BackfillStep Ended(BackfillOutcome outcome, string reason) => new(outcome, reason, []);
}

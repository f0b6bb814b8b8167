namespace Appliance.Features.Backfill;

/// <summary>What a backfill is to do. Immutable.</summary>
/// <param name="View">The stream view that gets history.</param>
/// <param name="Until">Events that happened then or later are passed over, microseconds since 1970; null: none is.</param>
/// <param name="IsDryRun">Whether events are only counted.</param>
public sealed record BackfillRequest(string View, long? Until, bool IsDryRun);

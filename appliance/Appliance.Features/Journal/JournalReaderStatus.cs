namespace Appliance.Features.Journal;

/// <summary>Where a registered reader stands. Immutable.</summary>
/// <param name="Position">What it has not passed is kept for it.</param>
/// <param name="LagBytes">From there to the newest durable record's end.</param>
/// <param name="Silent">Whether its last advance is longer ago than readers are expected to take. Its records are kept all the same.</param>
public sealed record JournalReaderStatus(string Name, long Position, long LagBytes, DateTimeOffset AdvancedAt, bool Silent);

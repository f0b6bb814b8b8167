namespace Appliance.Features.Journal;

/// <summary>A registered reader as it is written down. Immutable.</summary>
/// <param name="Position">What it has not passed is kept for it.</param>
internal sealed record ReaderEntry(long Position, DateTimeOffset AdvancedAt);

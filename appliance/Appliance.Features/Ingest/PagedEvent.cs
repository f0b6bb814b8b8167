namespace Appliance.Features.Ingest;

/// <summary>One event of a page.</summary>
/// <param name="Partition">Where it comes from.</param>
/// <param name="Position">Its position there.</param>
/// <param name="Next">The position after it.</param>
/// <param name="Record">The event in its binary form; empty for one that could not be read.</param>
/// <param name="Refusal">Why it could not be read; null for one that could.</param>
/// <param name="Raw">What came instead, for the dead letters; empty for one that could be read.</param>
public readonly record struct PagedEvent(
    string Partition, long Position, long Next, ReadOnlyMemory<byte> Record, string? Refusal = null, ReadOnlyMemory<byte> Raw = default);

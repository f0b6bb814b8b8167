namespace Appliance.Features.Journal;

/// <summary>Where a record stands in the journal.</summary>
/// <param name="NextPosition">Where the next one begins or would.</param>
public readonly record struct RecordRange(long Position, long NextPosition);

namespace Appliance.Features.Journal;

/// <summary>What retention decides on: the files, and who still needs what. Immutable.</summary>
/// <param name="Segments">In order; the last is being written.</param>
/// <param name="Tail">Where the journal ends.</param>
/// <param name="SlowestReader">The smallest position of a registered reader; <see cref="long.MaxValue"/> where none is registered.</param>
/// <param name="OldestRemembered">Position of the oldest event id that duplicates are found by, which opening must read again.</param>
/// <param name="Now">Microseconds since 1970 UTC.</param>
internal sealed record RetentionState(
    IReadOnlyList<SegmentState> Segments, long Tail, long SlowestReader, long OldestRemembered, long Now);

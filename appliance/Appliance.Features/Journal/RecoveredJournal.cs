namespace Appliance.Features.Journal;

/// <summary>What opening found in a journal's files.</summary>
/// <param name="Segments">The files, in order.</param>
/// <param name="Tail">Behind the last whole record: where appending goes on.</param>
/// <param name="NextOrdinal">The number of the next record.</param>
/// <param name="LastIngestTime">Of the last record, in microseconds since 1970 UTC.</param>
/// <param name="Damage">Where acknowledged records are damaged, in the part that was read.</param>
/// <param name="CutBytes">Bytes behind the tail that were never acknowledged and are gone.</param>
internal sealed record RecoveredJournal(
    List<SegmentState> Segments, long Tail, long NextOrdinal, long LastIngestTime, IReadOnlyList<JournalDamage> Damage, long CutBytes);

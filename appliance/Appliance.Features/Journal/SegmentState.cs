namespace Appliance.Features.Journal;

/// <summary>What retention knows of one of the journal's files. Immutable.</summary>
/// <param name="Number">Its number; it holds the positions from Number times the segment's size on.</param>
/// <param name="FirstIngestTime">Of its first record, in microseconds since 1970 UTC: no record of the file before it is younger.</param>
/// <param name="FirstOrdinal">Number of its first record.</param>
internal readonly record struct SegmentState(int Number, long FirstIngestTime, long FirstOrdinal);

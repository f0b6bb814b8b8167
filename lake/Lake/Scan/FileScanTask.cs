using Lake.Expressions;
using Lake.Manifests;

namespace Lake.Scan;

/// <summary>One data file to read, with the deletes that apply to it. Immutable.</summary>
/// <param name="File">The file.</param>
/// <param name="SequenceNumber">Of its rows.</param>
/// <param name="Deletes">Delete files that may name rows of it.</param>
/// <param name="Filter">What rows must still match; a constant true where the whole file does.</param>
public sealed record FileScanTask(DataFile File, long SequenceNumber, IReadOnlyList<DataFile> Deletes, BoundFilter Filter);

using Lake.Manifests;
using Lake.Scan;

namespace Lake.Maintenance;

/// <summary>Files of one partition that are rewritten together. Immutable.</summary>
/// <param name="SpecId">The spec that they are laid by.</param>
/// <param name="Partition">Their partition.</param>
/// <param name="Files">The files, in the order they are read.</param>
/// <param name="Reasons">Why: those of all files.</param>
public sealed record CompactionBin(int SpecId, PartitionTuple Partition, IReadOnlyList<FileScanTask> Files, CompactionReasons Reasons)
{
    /// <summary>Bytes of the files.</summary>
    public long Bytes { get; } = Files.Sum(f => f.File.FileSizeInBytes);

    /// <summary>Rows of the files, deleted ones among them.</summary>
    public long Rows { get; } = Files.Sum(f => f.File.RecordCount);
}

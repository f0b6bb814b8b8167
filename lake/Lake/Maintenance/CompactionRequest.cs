using Lake.Evolution;
using Lake.Expressions;
using Lake.Metadata;

namespace Lake.Maintenance;

/// <summary>Which files a compaction rewrites, and how. Sizes are bytes of files as they lie on the storage.</summary>
public sealed record CompactionRequest
{
    /// <summary>Files that may have rows of it; all by default.</summary>
    public Filter Filter { get; init; } = Filter.All;

    /// <summary>The branch that is rewritten.</summary>
    public string Branch { get; init; } = SnapshotRef.Main;

    public CompactionStrategy Strategy { get; init; } = CompactionStrategy.BinPack;

    /// <summary>The order of <see cref="CompactionStrategy.Sort"/>; null for the table's. One that the table has never had cannot be told from none later: its files are sorted again by the next run.</summary>
    public IReadOnlyList<SortColumn>? SortBy { get; init; }

    /// <summary>What files are to have; null for the table's <c>write.target-file-size-bytes</c>.</summary>
    public long? TargetFileBytes { get; init; }

    /// <summary>Bytes of files of a partition that are sorted together; null for four times the target. More make less overlap, and take as much room on the local disk, unpacked.</summary>
    public long? SortTogetherBytes { get; init; }

    /// <summary>Files with less are put together; null for three quarters of the target, as the reference implementation has it.</summary>
    public long? MinFileBytes { get; init; }

    /// <summary>Files with more are split; null for 1.8 times the target, as the reference implementation has it.</summary>
    public long? MaxFileBytes { get; init; }

    /// <summary>Small files of a partition from which they are put together although they do not fill a file. 5: the reference implementation's.</summary>
    public int MinInputFiles { get; init; } = 5;

    /// <summary>Files that more delete files are about are rewritten; by default their number is no reason.</summary>
    public int MaxDeleteFiles { get; init; } = int.MaxValue;

    /// <summary>Files of whose rows position deletes take as large a share, 0 to 1, are rewritten. 0.3: the reference implementation's.</summary>
    public double DeletedShare { get; init; } = 0.3;

    /// <summary>Memory in bytes of rows that are being sorted, of all files that are written at once; more rows wait on the local disk. 512 MiB: half of what a small machine can spare.</summary>
    public long SortBytes { get; init; } = 512L << 20;

    /// <summary>Commits at most: what a run that is cut off has committed stays. 10: the reference implementation's.</summary>
    public int MaxCommits { get; init; } = 10;

    /// <summary>Files that are written at once; null for one a processor.</summary>
    public int? Parallelism { get; init; }
}

namespace Appliance.Features.Store;

/// <summary>How the online store uses memory and disk. Page and segment size belong to the files: a store is opened with those it was made with.</summary>
public sealed class StoreOptions
{
    /// <summary>The settings section that binds to this class.</summary>
    public const string Section = "Features:Store";

    /// <summary>Folder of the store's files; it is made when absent. Empty: a folder of the features' own.</summary>
    public string Folder { get; set; } = "";

    /// <summary>
    /// Bytes of memory for index, places of records and log together. 512 MiB: 1,000,000 rows of 64 floats take 310 MB of log, and up to a quarter goes to
    /// index and places (docs/features/store.md). Disk reads and compaction take up to two pages and a few buffers on top.
    /// </summary>
    public long MemoryBytes { get; set; } = 512L << 20;

    /// <summary>Bytes of a page of the log; a record never crosses pages, so this bounds a row. 4 MiB: rows of a few MB fit, and one page flushes in milliseconds.</summary>
    public int PageBytes { get; set; } = 4 << 20;

    /// <summary>Bytes of one log file. Files are removed whole, so this is what removal lags behind. 64 MiB: 1/8 of the default memory.</summary>
    public long SegmentBytes { get; set; } = 64L << 20;

    /// <summary>
    /// Log growth in bytes after which the hash index is written beside a checkpoint. 256 MiB: replaying that much takes well under a second
    /// (perf/results/feature-store.json), and writing the index more often costs more than it saves.
    /// </summary>
    public long IndexCheckpointBytes { get; set; } = 256L << 20;

    /// <summary>Log bytes below which compaction leaves the log alone. 128 MiB: two segments, as removal works in whole ones.</summary>
    public long CompactionMinBytes { get; set; } = 128L << 20;

    /// <summary>The log is compacted once it holds this many times the bytes of live records. 2: at most half of the disk is garbage.</summary>
    public double CompactionGrowth { get; set; } = 2;

    /// <summary>Time after which a compaction pass runs for the sake of expired rows, however little the log grew. One hour: TTLs are hours to days.</summary>
    public TimeSpan ExpirySweep { get; set; } = TimeSpan.FromHours(1);
}

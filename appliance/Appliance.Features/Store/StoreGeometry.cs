using System.Numerics;

namespace Appliance.Features.Store;

/// <summary>The sizes that follow from the options: what the index gets, how many pages the log keeps in memory. Immutable.</summary>
internal sealed class StoreGeometry
{
    /// <summary>Pages that the log needs in memory at least: with fewer, the writer would wait for each flush.</summary>
    public const int MinLogPages = 16;

    /// <summary>Share of the log's memory that is changed in place. Each checkpoint makes all of it read-only, so little is won by more.</summary>
    public const double MutableFraction = 0.75;

    private const int BucketBytes = 64;
    private const int IndexShare = 5;

    public StoreGeometry(StoreOptions options)
    {
        Require(nameof(options.Folder), options.Folder, options.Folder.Length > 0, "name a folder");
        Require(nameof(options.PageBytes), options.PageBytes, BitOperations.IsPow2(options.PageBytes) && options.PageBytes is >= 4096 and <= 1 << 26, "be a power of two from 4096 to 67108864");
        Require(nameof(options.SegmentBytes), options.SegmentBytes, BitOperations.IsPow2(options.SegmentBytes) && options.SegmentBytes >= options.PageBytes && options.SegmentBytes <= 1L << 40,
            $"be a power of two from PageBytes ({options.PageBytes}) to 2^40");
        Require(nameof(options.MemoryBytes), options.MemoryBytes, options.MemoryBytes / 4 * 3 >= (long)options.PageBytes * MinLogPages && options.MemoryBytes <= 1L << 44,
            $"hold {MinLogPages} pages of PageBytes ({options.PageBytes}) in three quarters of it, and be at most 2^44");
        Require(nameof(options.CompactionGrowth), options.CompactionGrowth, options.CompactionGrowth is >= 1.1 and <= 100, "be 1.1 to 100");
        Require(nameof(options.CompactionMinBytes), options.CompactionMinBytes, options.CompactionMinBytes >= 0, "not be negative");
        Require(nameof(options.IndexCheckpointBytes), options.IndexCheckpointBytes, options.IndexCheckpointBytes > 0, "be positive");
        Require(nameof(options.ExpirySweep), options.ExpirySweep, options.ExpirySweep > TimeSpan.Zero, "be positive");
        PageBits = BitOperations.Log2((uint)options.PageBytes);
        SegmentBits = BitOperations.Log2((ulong)options.SegmentBytes);
        var index = Math.Max(4096, (long)BitOperations.RoundUpToPowerOf2((ulong)(options.MemoryBytes / IndexShare) + 1) / 2);
        Buckets = index / BucketBytes;
        LogPages = (int)Math.Min(1 << 24, Math.Max(MinLogPages, (options.MemoryBytes - index) / options.PageBytes));
        BufferPages = (int)BitOperations.RoundUpToPowerOf2((uint)LogPages);
    }

    public int PageBits { get; }
    public int SegmentBits { get; }
    public long Buckets { get; }
    public int LogPages { get; }

    /// <summary>The log's circle of pages is a power of two; the pages of it beyond <see cref="LogPages"/> stay empty.</summary>
    public int BufferPages { get; }

    public long PageBytes => 1L << PageBits;

    /// <summary>The longest record: a page less the 64 bytes that the log's first page cannot use.</summary>
    public int MaxRecordBytes => (1 << PageBits) - 64;

    private static void Require(string field, object value, bool holds, string rule)
    {
        if (!holds) throw new ArgumentException($"{StoreOptions.Section}:{field} is '{value}'; it must {rule}.");
    }
}

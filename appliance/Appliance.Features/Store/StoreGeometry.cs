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

    /// <summary>
    /// Places of records that are kept for each bucket of the index. 2: half as many again as memory holds rows of 64 floats at the defaults, in a
    /// quarter of the index's bytes; with the index a quarter of the memory at most.
    /// </summary>
    private const int HintsPerBucket = 2;

    /// <exception cref="ArgumentException">The options break a rule.</exception>
    public StoreGeometry(StoreOptions options)
    {
        if (options.Folder.Length == 0) throw new ArgumentException(Error(nameof(options.Folder), options.Folder, "name a folder"));
        if (Errors(options).FirstOrDefault() is { } error) throw new ArgumentException($"{error}.");
        PageBits = BitOperations.Log2((uint)options.PageBytes);
        SegmentBits = BitOperations.Log2((ulong)options.SegmentBytes);
        var index = Math.Max(4096, (long)BitOperations.RoundUpToPowerOf2((ulong)(options.MemoryBytes / IndexShare) + 1) / 2);
        Buckets = index / BucketBytes;
        LogPages = (int)Math.Min(1 << 24, Math.Max(MinLogPages, (options.MemoryBytes - index - HintBytes) / options.PageBytes));
        BufferPages = (int)BitOperations.RoundUpToPowerOf2((uint)LogPages);
    }

    public int PageBits { get; }
    public int SegmentBits { get; }
    public long Buckets { get; }
    public int LogPages { get; }

    /// <summary>Bytes of <see cref="RecordHints"/>: a power of two.</summary>
    public long HintBytes => Buckets * HintsPerBucket * sizeof(long);

    /// <summary>The log's circle of pages is a power of two; the pages of it beyond <see cref="LogPages"/> stay empty.</summary>
    public int BufferPages { get; }

    /// <summary>
    /// Pages that wait for the disk from which on nothing rests: halfway between where flushing begins, behind what is changed in place, and all of them.
    /// </summary>
    public int HurryPages => (int)(LogPages * (1 + MutableFraction) / 2);

    public long PageBytes => 1L << PageBits;

    /// <summary>The longest record: a page less the 64 bytes that the log's first page cannot use.</summary>
    public int MaxRecordBytes => (1 << PageBits) - 64;

    /// <summary>What is wrong with sizes and times: key, value and rule of each.</summary>
    public static IEnumerable<string> Errors(StoreOptions options)
    {
        if (!BitOperations.IsPow2(options.PageBytes) || options.PageBytes is < 4096 or > 1 << 26)
        {
            yield return Error(nameof(options.PageBytes), options.PageBytes, "be a power of two from 4096 to 67108864");
        }
        if (!BitOperations.IsPow2(options.SegmentBytes) || options.SegmentBytes < options.PageBytes || options.SegmentBytes > 1L << 40)
        {
            yield return Error(nameof(options.SegmentBytes), options.SegmentBytes, $"be a power of two from PageBytes ({options.PageBytes}) to 2^40");
        }
        if (options.MemoryBytes / 4 * 3 < (long)options.PageBytes * MinLogPages || options.MemoryBytes > 1L << 44)
        {
            yield return Error(nameof(options.MemoryBytes), options.MemoryBytes, $"hold {MinLogPages} pages of PageBytes ({options.PageBytes}) in three quarters of it, and be at most 2^44");
        }
        if (options.CompactionGrowth is not (>= 1.1 and <= 100)) yield return Error(nameof(options.CompactionGrowth), options.CompactionGrowth, "be 1.1 to 100");
        if (options.CompactionMinBytes < 0) yield return Error(nameof(options.CompactionMinBytes), options.CompactionMinBytes, "not be negative");
        if (options.IndexCheckpointBytes <= 0) yield return Error(nameof(options.IndexCheckpointBytes), options.IndexCheckpointBytes, "be positive");
        if (options.ExpirySweep <= TimeSpan.Zero) yield return Error(nameof(options.ExpirySweep), options.ExpirySweep, "be positive");
    }

    private static string Error(string field, object value, string rule) => $"{StoreOptions.Section}:{field} is '{value}'; it must {rule}";
}

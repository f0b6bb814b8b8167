// Hot path of models whose requests are split: one record per score.
namespace Appliance.Scoring.Traffic.Arms;

/// <summary>
/// Numbers of any size counted in fixed buckets of at most 3 % of their value, so that two versions' scores can be compared bucket by bucket.
/// Memory is taken for the powers of two that occur: most scores stay within twenty, 256 bytes each. Thread-safe.
/// </summary>
public sealed class ValueHistogram
{
    // A float's sign and exponent choose the page, its first five bits of fraction the bucket within.
    private const int Pages = 512, PageShift = 5, BucketsInPage = 1 << PageShift;

    private readonly long[]?[] _pages = new long[Pages][];
    private long _notFinite;

    public void Record(double value)
    {
        var narrow = (float)value;
        if (!float.IsFinite(narrow))
        {
            Interlocked.Increment(ref _notFinite);
            return;
        }
        var bucket = BucketOf(narrow);
        ref var slot = ref _pages[bucket >> PageShift];
        var page = Volatile.Read(ref slot) ?? Add(ref slot);
        Interlocked.Increment(ref page[bucket & (BucketsInPage - 1)]);
    }

    /// <summary>What was counted until now.</summary>
    public ValueCounts Take()
    {
        var buckets = new List<int>();
        var counts = new List<long>();
        for (var i = 0; i < Pages; i++)
        {
            if (Volatile.Read(ref _pages[i]) is not { } page) continue;
            for (var j = 0; j < BucketsInPage; j++)
            {
                var count = Interlocked.Read(ref page[j]);
                if (count == 0) continue;
                buckets.Add((i << PageShift) | j);
                counts.Add(count);
            }
        }
        return new ValueCounts([.. buckets], [.. counts], Interlocked.Read(ref _notFinite));
    }

    /// <summary>Buckets ascend with the numbers in them.</summary>
    internal static int BucketOf(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        // Negative floats ascend the other way round.
        var ordered = bits < 0 ? (uint)~bits : (uint)bits | 0x8000_0000;
        return (int)(ordered >> (32 - 9 - PageShift));
    }

    /// <summary>The middle of a bucket.</summary>
    internal static double MiddleOf(int bucket)
    {
        var ordered = ((uint)bucket << (32 - 9 - PageShift)) | (1u << (32 - 9 - PageShift - 1));
        var bits = ordered >= 0x8000_0000 ? ordered & 0x7FFF_FFFF : ~ordered;
        return BitConverter.Int32BitsToSingle((int)bits);
    }

    private static long[] Add(ref long[]? slot)
    {
        var made = new long[BucketsInPage];
        return Interlocked.CompareExchange(ref slot, made, null) ?? made;
    }
}

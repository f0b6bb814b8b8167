// Hot path: one record per event and view.
namespace Appliance.Features.Statistics;

/// <summary>
/// Durations in fixed buckets, so that the histograms of several appliances add up. One thread records; any thread reads, and may find sum and buckets a
/// few records apart. Never reset.
/// </summary>
public sealed class DurationHistogram
{
    private readonly long[] _bounds;
    private readonly long[] _counts;
    private long _sum;

    /// <param name="boundsMicros">Upper bounds in microseconds, ascending; what is above all of them has a bucket of its own.</param>
    public DurationHistogram(ReadOnlySpan<long> boundsMicros)
    {
        _bounds = boundsMicros.ToArray();
        _counts = new long[_bounds.Length + 1];
    }

    /// <summary>Upper bounds in microseconds.</summary>
    public ReadOnlySpan<long> BoundsMicros => _bounds;

    /// <summary>Sum of all durations in microseconds.</summary>
    public long SumMicros => Volatile.Read(ref _sum);

    /// <summary>Count of each bucket, the last without an upper bound; not cumulative.</summary>
    public long[] Counts()
    {
        var counts = new long[_counts.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = Volatile.Read(ref _counts[i]);
        return counts;
    }

    internal void Record(long micros)
    {
        ref var count = ref _counts[BucketOf(_bounds, micros)];
        Volatile.Write(ref count, count + 1);
        // Events of 1970 by the hundred thousand: the sum stays at its greatest rather than turn negative.
        Volatile.Write(ref _sum, micros > long.MaxValue - _sum ? long.MaxValue : _sum + micros);
    }

    /// <summary>The first bucket whose bound is not exceeded; behind the last where all are.</summary>
    internal static int BucketOf(ReadOnlySpan<long> bounds, long micros)
    {
        for (var i = 0; i < bounds.Length; i++)
        {
            if (micros <= bounds[i]) return i;
        }
        return bounds.Length;
    }
}

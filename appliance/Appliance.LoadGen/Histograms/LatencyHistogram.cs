using System.Numerics;

namespace Appliance.LoadGen.Histograms;

/// <summary>
/// Counts of durations in log-linear buckets, in the manner of HDR histograms: exact below 2,048 ns, then 1,024 buckets for each doubling, so a
/// percentile is at most 0.1 % above the true value (three significant digits). Recording is thread-safe and never allocates.
/// </summary>
public sealed class LatencyHistogram
{
    private const int LinearBits = 11;
    private const int HalfBuckets = 1 << (LinearBits - 1);

    /// <summary>About 73 minutes; a longer duration counts in the last bucket, and <see cref="Max"/> still tells it.</summary>
    private const int MaxBits = 42;

    private readonly long[] _counts = new long[(MaxBits - LinearBits + 2) * HalfBuckets];
    private long _count;
    private long _sum;
    private long _max;

    public long Count => Volatile.Read(ref _count);

    /// <summary>The longest duration, exactly.</summary>
    public long Max => Volatile.Read(ref _max);

    /// <summary>The mean of the durations as recorded, not of the buckets.</summary>
    public double Mean => Count == 0 ? 0 : (double)Volatile.Read(ref _sum) / Count;

    public void Record(long nanoseconds)
    {
        var value = Math.Max(0, nanoseconds);
        Interlocked.Increment(ref _counts[IndexOf(value)]);
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _sum, value);
        for (var seen = Volatile.Read(ref _max); value > seen;)
        {
            seen = Interlocked.CompareExchange(ref _max, value, seen);
        }
    }

    /// <summary>Adds what another histogram holds; neither may be recorded to meanwhile.</summary>
    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
        _count += other._count;
        _sum += other._sum;
        _max = Math.Max(_max, other._max);
    }

    /// <summary>The duration that the given share of the records does not exceed, rounded up to its bucket's end; 0 where nothing is recorded.</summary>
    public long Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        // The small subtraction undoes binary fractions: 99.9 % of 1,000 is 999, not 1,000.
        var wanted = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count - 1e-6));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return i == _counts.Length - 1 ? Max : Math.Min(Max, UpperEdgeOf(i));
            }
        }
        return Max;
    }

    private int IndexOf(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - (LinearBits - 1));
        return (int)Math.Min(shift * HalfBuckets + (value >> shift), _counts.Length - 1);
    }

    private static long UpperEdgeOf(int index)
    {
        var shift = Math.Max(0, index / HalfBuckets - 1);
        return ((long)(index - shift * HalfBuckets + 1) << shift) - 1;
    }
}

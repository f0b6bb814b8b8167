// Hot path: one record per phase and batch.
namespace Appliance.Inference.Statistics;

/// <summary>Durations counted in fixed buckets, so that the histograms of several appliances add up. Thread-safe, never reset.</summary>
public sealed class PhaseHistogram
{
    /// <summary>
    /// Upper bounds in microseconds. From 50 µs, about a bare call over loopback, in steps of at most 2.5 up to 10 s, past every deadline promised.
    /// </summary>
    public static ReadOnlySpan<long> BoundsMicroseconds =>
        [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000];

    /// <summary>One for each bound, and one for what is above all of them.</summary>
    public const int BucketCount = 18;

    private readonly long[] _buckets = new long[BucketCount];
    private long _sumNanoseconds;

    // The last traced observation of each bucket; null until there is one.
    private Exemplar?[]? _exemplars;

    /// <summary>Counts <paramref name="times"/> observations of the same duration.</summary>
    public void Record(long nanoseconds, int times = 1)
    {
        Interlocked.Add(ref _buckets[BucketOf(nanoseconds)], times);
        Interlocked.Add(ref _sumNanoseconds, nanoseconds * times);
    }

    /// <summary>Counts several observations at once.</summary>
    /// <param name="counts">How many fell into each bucket, by <see cref="BucketOf"/>; <see cref="BucketCount"/> of them.</param>
    public void RecordAll(ReadOnlySpan<int> counts, long sumNanoseconds)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] != 0) Interlocked.Add(ref _buckets[i], counts[i]);
        }
        Interlocked.Add(ref _sumNanoseconds, sumNanoseconds);
    }

    /// <summary>Leaves a traced observation in its bucket, in place of the one before. It was counted already.</summary>
    public void Note(Exemplar exemplar)
    {
        var exemplars = Volatile.Read(ref _exemplars);
        if (exemplars is null)
        {
            exemplars = new Exemplar?[BucketCount];
            exemplars = Interlocked.CompareExchange(ref _exemplars, exemplars, null) ?? exemplars;
        }
        Volatile.Write(ref exemplars[BucketOf(exemplar.Nanoseconds)], exemplar);
    }

    /// <summary>The last traced observation of a bucket; null without one.</summary>
    public Exemplar? ExemplarOf(int bucket) => Volatile.Read(ref _exemplars) is { } exemplars ? Volatile.Read(ref exemplars[bucket]) : null;

    /// <summary>Sum of all durations, in nanoseconds.</summary>
    public long SumNanoseconds => Interlocked.Read(ref _sumNanoseconds);

    /// <summary>Count of each bucket, the last without an upper bound; not cumulative.</summary>
    public long[] Counts()
    {
        var counts = new long[_buckets.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = Interlocked.Read(ref _buckets[i]);
        return counts;
    }

    public static int BucketOf(long nanoseconds)
    {
        var bounds = BoundsMicroseconds;
        for (var i = 0; i < bounds.Length; i++)
        {
            if (nanoseconds <= bounds[i] * 1_000) return i;
        }
        return bounds.Length;
    }
}

// Hot path: three additions per request.
using System.Collections.Concurrent;
using Appliance.Features.Statistics;

namespace Appliance.Features.Reading;

/// <summary>Counts of the reads of features, recorded by those who answer them. Thread-safe, never reset.</summary>
public sealed class ReadStatistics(TimeProvider time)
{
    // Counters of a transport; the buckets of its durations follow.
    private const int RefusedCounter = 0, EntitiesCounter = 1, MicrosCounter = 2, FirstBucket = 3;

    private readonly StripedCounters[] _transports =
        [.. Enum.GetValues<ReadTransport>().Select(_ => new StripedCounters(FirstBucket + BoundsMicros.Length + 1))];

    private readonly ConcurrentDictionary<string, StripedCounters> _views = new(StringComparer.Ordinal);

    /// <summary>Upper bounds of durations in microseconds: 10 µs, one row from memory, to 1 s, ten thousand entities from a disk.</summary>
    public static ReadOnlySpan<long> BoundsMicros =>
        [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];

    /// <summary>The moment at which a read begins, for <see cref="Answered"/>.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>Counts a read whose answer is there.</summary>
    /// <param name="begun">What <see cref="Begin"/> gave.</param>
    public void Answered(ReadTransport transport, int entities, long begun) => Took(transport, entities, time.GetElapsedTime(begun));

    /// <summary>Counts a read by how long it took.</summary>
    public void Took(ReadTransport transport, int entities, TimeSpan duration)
    {
        var micros = duration.Ticks / TimeSpan.TicksPerMicrosecond;
        var counters = _transports[(int)transport];
        counters.Add(EntitiesCounter, entities);
        counters.Add(MicrosCounter, micros);
        counters.Add(FirstBucket + DurationHistogram.BucketOf(BoundsMicros, micros), 1);
    }

    /// <summary>Counts a request that could not be answered.</summary>
    public void Refused(ReadTransport transport) => _transports[(int)transport].Add(RefusedCounter, 1);

    /// <summary>The counters that a plan's values go to.</summary>
    public PlanCounters CountersOf(FeatureReadPlan plan) => new([.. plan.Outputs.Select(o => _views.GetOrAdd(o.View, static _ => new StripedCounters(PlanCounters.Statuses)))]);

    public long RefusedOf(ReadTransport transport) => _transports[(int)transport].Sum(RefusedCounter);

    public long EntitiesOf(ReadTransport transport) => _transports[(int)transport].Sum(EntitiesCounter);

    /// <summary>Sum of the durations of a transport's reads, in microseconds.</summary>
    public long MicrosOf(ReadTransport transport) => _transports[(int)transport].Sum(MicrosCounter);

    /// <summary>A transport's reads by their duration, in the buckets of <see cref="BoundsMicros"/> and one above all of them; not cumulative.</summary>
    public long[] DurationsOf(ReadTransport transport) => [.. Enumerable.Range(FirstBucket, BoundsMicros.Length + 1).Select(_transports[(int)transport].Sum)];

    /// <summary>Values of a view that were read with a status; null where the view was in no plan yet.</summary>
    public long? ValuesOf(string view, FeatureStatus status) => _views.TryGetValue(view, out var counters) ? counters.Sum((int)status) : null;
}

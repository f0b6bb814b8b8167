// Hot path: one addition per origin and batch, one record per request that read from the store.
using Appliance.Inference.Batching;

namespace Appliance.Inference.Statistics;

/// <summary>Features that a model version was given, by where they came from, and the time that reading them took. Thread-safe, of answered requests.</summary>
public sealed class FeatureStatistics
{
    private long _given;
    private long _stored;
    private long _stale;
    private long _defaulted;

    public long Given => Interlocked.Read(ref _given);
    public long Stored => Interlocked.Read(ref _stored);
    public long Stale => Interlocked.Read(ref _stale);
    public long Defaulted => Interlocked.Read(ref _defaulted);

    /// <summary>Requests that read features from the store, and how long that took.</summary>
    public DurationSum Reads { get; } = new();

    public PhaseHistogram ReadDurations { get; } = new();

    internal void Add(in FeatureCounts counts)
    {
        Add(ref _given, counts.Given);
        Add(ref _stored, counts.Stored);
        Add(ref _stale, counts.Stale);
        Add(ref _defaulted, counts.Defaulted);
    }

    internal void Read(long nanoseconds)
    {
        Reads.Add(1, nanoseconds);
        ReadDurations.Record(nanoseconds);
    }

    // Most models are given everything, or read everything: what is 0 costs nothing.
    private static void Add(ref long counter, int amount)
    {
        if (amount != 0) Interlocked.Add(ref counter, amount);
    }
}

using System.Collections.Concurrent;

namespace Appliance.Inference.Statistics;

/// <summary>How model loads ended and how long they took. Thread-safe. Written by the model manager, read by the metrics page.</summary>
public sealed class LoadStatistics
{
    private readonly ConcurrentDictionary<(string Model, long Version), TimeSpan> _durations = new();
    private long _loaded;
    private long _failed;
    private long _sessionsCreated;
    private long _sessionsDisposed;

    /// <summary>Loads that made a version ready.</summary>
    public long Loaded => Interlocked.Read(ref _loaded);

    /// <summary>Loads that failed.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Sessions of the runtime that were opened, those of loads that failed later among them.</summary>
    public long SessionsCreated => Interlocked.Read(ref _sessionsCreated);

    /// <summary>Sessions whose memory was given back. What was created and not disposed is served or drains.</summary>
    public long SessionsDisposed => Interlocked.Read(ref _sessionsDisposed);

    /// <summary>How long the last successful load of each version took that is still known.</summary>
    public IReadOnlyDictionary<(string Model, long Version), TimeSpan> Durations => _durations;

    /// <summary>A version became ready.</summary>
    /// <param name="duration">From the decision to load it until it was warm.</param>
    public void VersionLoaded(string model, long version, TimeSpan duration)
    {
        _durations[(model, version)] = duration;
        Interlocked.Increment(ref _loaded);
    }

    /// <summary>A load failed; what is served did not change.</summary>
    public void LoadFailed() => Interlocked.Increment(ref _failed);

    public void SessionCreated() => Interlocked.Increment(ref _sessionsCreated);

    public void SessionDisposed() => Interlocked.Increment(ref _sessionsDisposed);

    /// <summary>The version is gone.</summary>
    public void VersionUnloaded(string model, long version) => _durations.TryRemove((model, version), out _);
}

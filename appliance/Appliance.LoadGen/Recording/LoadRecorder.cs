// Hot path: one call at send and one at completion of every request; no allocation.
using Appliance.LoadGen.Histograms;

namespace Appliance.LoadGen.Recording;

/// <summary>
/// What happened to the requests of a run. Latency counts from the intended send time, so a generator or server that stalls is charged for
/// every request that should have gone out meanwhile. Thread-safe.
/// </summary>
internal sealed class LoadRecorder(LoadProtocol protocol, long measureFrom)
{
    private readonly long[] _byStatus = new long[LoadStatus.Limit];
    private long _inFlight;
    private long _intended;
    private long _lastCompletion;

    public LatencyHistogram Latency { get; } = new();

    /// <summary>How late the generator itself was: from the intended send time to the hand-over to the connection.</summary>
    public LatencyHistogram SendLag { get; } = new();

    public long InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Requests whose intended time lies in the measured window.</summary>
    public long Intended => Volatile.Read(ref _intended);

    public long Ok => ByStatus().Where(pair => LoadStatus.IsOk(protocol, pair.Status)).Sum(pair => pair.Count);

    /// <summary>When the last measured request ended, on the pacer's clock.</summary>
    public long LastCompletion => Volatile.Read(ref _lastCompletion);

    public void Sending(long due, long now)
    {
        Interlocked.Increment(ref _inFlight);
        if (due >= measureFrom)
        {
            Interlocked.Increment(ref _intended);
            SendLag.Record(now - due);
        }
    }

    public void Completed(long due, long now, int status)
    {
        Interlocked.Decrement(ref _inFlight);
        if (due < measureFrom)
        {
            return;
        }
        Interlocked.Increment(ref _byStatus[status is >= 0 and < LoadStatus.Limit ? status : LoadStatus.NoStatus]);
        if (LoadStatus.IsOk(protocol, status))
        {
            Latency.Record(now - due);
        }
        for (var seen = Volatile.Read(ref _lastCompletion); now > seen;)
        {
            seen = Interlocked.CompareExchange(ref _lastCompletion, now, seen);
        }
    }

    public IEnumerable<(int Status, long Count)> ByStatus() =>
        _byStatus.Select((count, status) => (status, count)).Where(pair => pair.count > 0);
}

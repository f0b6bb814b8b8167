// Hot path: two interlocked operations per request.
namespace Appliance.Scoring;

/// <summary>Bounds the requests inside the appliance at once, over all models and transports. Thread-safe.</summary>
public sealed class AdmissionGate(int limit)
{
    private int _inside;
    private long _refused;

    /// <summary>Requests inside now.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Requests refused since the start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inside) <= limit) return true;
        Interlocked.Decrement(ref _inside);
        Interlocked.Increment(ref _refused);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inside);
}

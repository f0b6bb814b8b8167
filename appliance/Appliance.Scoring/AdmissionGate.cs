// Hot path: two interlocked operations and a look per request.
namespace Appliance.Scoring;

/// <summary>Bounds the requests inside the appliance at once, over all models and transports. Thread-safe.</summary>
public sealed class AdmissionGate(int limit)
{
    // One model cannot take it from the others, and alone it hardly misses it. Of few places it is one; of fewer than four, one would be missed.
    private readonly int _share = limit < 4 ? 0 : Math.Max(1, limit / 8);
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

    /// <summary>
    /// Whether a model that holds so many requests may keep the last of them: the last eighth of the places, one at least, is for models that hold no
    /// more than that, so that one whose callers flood it leaves the others room.
    /// </summary>
    public bool MayHold(int requests) => requests <= _share || limit - Inside >= _share;

    public void Leave() => Interlocked.Decrement(ref _inside);
}

// Hot path: one call per request.
namespace Appliance.Inference.Batching;

/// <summary>A queue's limits on waiting, in timestamp units. Immutable.</summary>
internal sealed class QueueTimeouts(QueueLimits limits, long timestampFrequency)
{
    private readonly long _default = limits.DefaultTimeout <= TimeSpan.Zero ? 0 : (long)(limits.DefaultTimeout.TotalSeconds * timestampFrequency);
    private readonly double _perMicrosecond = timestampFrequency / 1e6;
    private readonly bool _allowOverride = limits.AllowTimeoutOverride;

    /// <summary>How long the entry may wait: the default, or less where it says so itself and may; 0 for no limit.</summary>
    public long Of(BatchEntry entry)
    {
        if (!_allowOverride || entry.TimeoutMicroseconds <= 0) return _default;
        // Saturated well before the sum with the clock could wrap.
        var own = (long)Math.Min(entry.TimeoutMicroseconds * _perMicrosecond, long.MaxValue / 4.0);
        return _default == 0 ? own : Math.Min(_default, own);
    }

    /// <summary>Ends the entry's wait after its timeout where that is before its caller's deadline.</summary>
    public void Apply(BatchEntry entry, long now)
    {
        var timeout = Of(entry);
        // Not "now + timeout": a caller may ask for ages, and the sum would wrap.
        if (timeout == 0 || timeout >= entry.Deadline - now) return;
        entry.Deadline = now + timeout;
        entry.QueueTimed = true;
    }
}

// Hot path where models are scheduled: one call per request.
namespace Appliance.Inference.Batching.Scheduling;

/// <summary>One level's limits, in timestamp units. Immutable.</summary>
internal sealed class LevelPolicy(LevelLimits limits, int defaultMaxQueueSize, long timestampFrequency)
{
    private readonly QueueTimeouts _timeouts = new(limits.Waiting, timestampFrequency);
    private readonly bool _delays = limits.DelaysOverdue;

    public int MaxQueueSize { get; } = limits.MaxQueueSize ?? defaultMaxQueueSize;

    /// <summary>Sets when the entry's wait ends, or when it is delayed.</summary>
    public void Apply(BatchEntry entry, long now)
    {
        if (!_delays)
        {
            _timeouts.Apply(entry, now);
            return;
        }
        var timeout = _timeouts.Of(entry);
        if (timeout != 0 && timeout < long.MaxValue - now) entry.DelayedAt = now + timeout;
    }
}

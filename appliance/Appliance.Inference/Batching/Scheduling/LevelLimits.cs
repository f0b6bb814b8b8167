namespace Appliance.Inference.Batching.Scheduling;

/// <summary>How many requests of one priority level may wait, how long, and what becomes of those that waited longer. Immutable.</summary>
public sealed record LevelLimits
{
    /// <summary>Requests that may wait; null where the appliance's own limit applies.</summary>
    public int? MaxQueueSize { get; init; }

    /// <summary>How long they may.</summary>
    public QueueLimits Waiting { get; init; } = new(TimeSpan.Zero, AllowTimeoutOverride: false);

    /// <summary>Whether a request that waited longer goes behind the others of its level, in place of being refused.</summary>
    public bool DelaysOverdue { get; init; }
}

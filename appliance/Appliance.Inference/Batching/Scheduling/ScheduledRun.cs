// Hot path where models are scheduled: one per instance, reused for each of its runs.
namespace Appliance.Inference.Batching.Scheduling;

/// <summary>An instance of a scheduled model and the batch that was closed on it. Guarded by its batcher's lock while it is free, by the run while it is busy.</summary>
internal sealed class ScheduledRun(ScheduledBatcher batcher, InstanceSlot slot) : IThreadPoolWorkItem
{
    public InstanceSlot Slot { get; } = slot;

    /// <summary>The batch's place among the answers, where those keep their order.</summary>
    public long Turn { get; set; }

    /// <summary>Another that was closed at the same moment.</summary>
    public ScheduledRun? Next { get; set; }

    void IThreadPoolWorkItem.Execute() => batcher.Run(this);
}

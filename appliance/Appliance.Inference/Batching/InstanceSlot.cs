// Hot path: one per instance, reused for each of its runs.
namespace Appliance.Inference.Batching;

/// <summary>An instance and the batch that it runs. Owned by its batcher: guarded by its lock while the instance is free, by the run while it is busy.</summary>
internal sealed class InstanceSlot(IModelInstance instance)
{
    public IModelInstance Instance { get; } = instance;
    public Batch Batch { get; } = new();

    /// <summary>Entries that were overdue when the batch was closed; its run ends them.</summary>
    public List<BatchEntry> Expired { get; } = [];
}

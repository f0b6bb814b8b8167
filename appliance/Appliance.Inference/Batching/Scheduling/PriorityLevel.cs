// Hot path where models are scheduled: every request that waits is linked here.
namespace Appliance.Inference.Batching.Scheduling;

/// <summary>The requests of one priority that wait. Not thread-safe: its batcher's lock guards it. Used again for other priorities once it is empty.</summary>
internal sealed class PriorityLevel
{
    /// <summary>The priority; 1 is the highest, 0 stands for all where there are none.</summary>
    public ulong Priority { get; private set; }

    public LevelPolicy Policy { get; private set; } = null!;

    /// <summary>Those within their timeout, in the order in which they came.</summary>
    public EntryQueue Waiting { get; } = new();

    /// <summary>Those whose timeout has passed and that run when nobody of their own or a higher priority is within it.</summary>
    public EntryQueue Delayed { get; } = new();

    public int Count => Waiting.Count + Delayed.Count;
    public int Rows => Waiting.Rows + Delayed.Rows;
    public BatchEntry? First => Waiting.Head ?? Delayed.Head;

    /// <summary>Makes an empty level that of another priority.</summary>
    public void Become(ulong priority, LevelPolicy policy)
    {
        Priority = priority;
        Policy = policy;
    }

    public void Enqueue(BatchEntry entry)
    {
        entry.Level = this;
        entry.IsDelayed = false;
        Waiting.Enqueue(entry);
    }

    /// <summary>Puts an entry of this level behind all others of it, for good.</summary>
    public void Delay(BatchEntry entry)
    {
        Waiting.Remove(entry);
        entry.IsDelayed = true;
        entry.DelayedAt = long.MaxValue;
        Delayed.Enqueue(entry);
    }

    public void Remove(BatchEntry entry) => (entry.IsDelayed ? Delayed : Waiting).Remove(entry);
}

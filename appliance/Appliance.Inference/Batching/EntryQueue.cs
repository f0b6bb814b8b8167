// Hot path: every request that waits is linked here.
namespace Appliance.Inference.Batching;

/// <summary>A first-in first-out list of entries from which any one can be unlinked at once. Not thread-safe: its batcher's lock guards it.</summary>
internal sealed class EntryQueue
{
    public BatchEntry? Head { get; private set; }
    private BatchEntry? _tail;

    public int Count { get; private set; }
    public int Rows { get; private set; }

    public void Enqueue(BatchEntry entry)
    {
        entry.Phase = EntryPhase.Queued;
        entry.Previous = _tail;
        entry.Next = null;
        if (_tail is null) Head = entry;
        else _tail.Next = entry;
        _tail = entry;
        Count++;
        Rows += entry.Rows;
    }

    /// <summary>Unlinks an entry and marks it as taken: whoever unlinked it ends it, and nobody else finds it queued.</summary>
    public void Remove(BatchEntry entry)
    {
        entry.Phase = EntryPhase.Taken;
        if (entry.Previous is null) Head = entry.Next;
        else entry.Previous.Next = entry.Next;
        if (entry.Next is null) _tail = entry.Previous;
        else entry.Next.Previous = entry.Previous;
        entry.Next = entry.Previous = null;
        Count--;
        Rows -= entry.Rows;
    }
}

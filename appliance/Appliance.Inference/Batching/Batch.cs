// Hot path: one per instance, reused for each of its runs.
namespace Appliance.Inference.Batching;

/// <summary>The requests of one inference call. Owned by the instance's current run.</summary>
public sealed class Batch
{
    private BatchEntry[] _entries = new BatchEntry[16];

    public int Count { get; private set; }

    /// <summary>The batch dimension of the call.</summary>
    public int Rows { get; private set; }

    public BatchClose Reason { get; internal set; }

    /// <summary>When the batch was closed, its inputs were in place, the runtime returned, the answers were copied out; in timestamp units.</summary>
    public long Taken, InputReady, Inferred, OutputReady;

    /// <summary>The first traced request of the batch, for the others to point to; null before there is one.</summary>
    public IRequestTrace? Traced;

    public ReadOnlySpan<BatchEntry> Entries => _entries.AsSpan(0, Count);

    internal void Add(BatchEntry entry)
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
        _entries[Count++] = entry;
        Rows += entry.Rows;
    }

    internal void Clear()
    {
        _entries.AsSpan(0, Count).Clear();
        Count = Rows = 0;
        Traced = null;
    }
}

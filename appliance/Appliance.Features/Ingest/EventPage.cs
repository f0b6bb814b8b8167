using Appliance.Features.Journal;

namespace Appliance.Features.Ingest;

/// <summary>Events that were read together. Reused from read to read; owned by the reader, filled by a source.</summary>
public sealed class EventPage
{
    /// <summary>1 MiB: a page of the journal.</summary>
    private const int PageBytes = 1 << 20;

    private readonly List<PagedEvent> _events = [];
    private byte[] _memory = [];
    private int _used;

    public IReadOnlyList<PagedEvent> Events => _events;

    public void Clear()
    {
        _events.Clear();
        _used = 0;
    }

    /// <summary>Takes over the records of a journal batch, whose own memory is the reader's.</summary>
    internal void Fill(string partition, JournalBatch batch)
    {
        foreach (var entry in batch) _events.Add(new PagedEvent(partition, entry.Position, entry.NextPosition, Keep(entry.Bytes)));
    }

    /// <summary>Copies bytes into the page's memory.</summary>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> bytes)
    {
        // What was handed out points into the old memory, which stays with it.
        if (_memory.Length - _used < bytes.Length) (_memory, _used) = (new byte[Math.Max(PageBytes, bytes.Length)], 0);
        bytes.CopyTo(_memory.AsSpan(_used));
        _used += bytes.Length;
        return _memory.AsMemory(_used - bytes.Length, bytes.Length);
    }

    public void Add(in PagedEvent read) => _events.Add(read);
}

namespace Appliance.Features.Ingest;

/// <summary>Events that were read together. Reused from read to read; owned by the reader, filled by a source.</summary>
public sealed class EventPage
{
    private readonly List<PagedEvent> _events = [];

    public IReadOnlyList<PagedEvent> Events => _events;

    public void Clear() => _events.Clear();

    public void Add(in PagedEvent read) => _events.Add(read);
}

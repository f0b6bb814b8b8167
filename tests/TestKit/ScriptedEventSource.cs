using Appliance.Features.Ingest;

namespace TestKit;

/// <summary>Events of one partition from a list, in pages of a given size. Used by one thread.</summary>
public sealed class ScriptedEventSource(IReadOnlyList<PagedEvent> events, int pageSize) : IFeatureEventSource
{
    public const string Partition = "script";

    private int _next;

    /// <summary>The positions that were last said to be in a durable checkpoint.</summary>
    public StreamPositions? Durable { get; private set; }

    public long Lag => events.Count - _next;

    public ValueTask<bool> StartAsync(StreamPositions applied, CancellationToken cancellationToken)
    {
        _next = (int)(applied.Next(Partition) ?? 0);
        return ValueTask.FromResult(true);
    }

    public ValueTask ReadAsync(EventPage page, CancellationToken cancellationToken)
    {
        for (var i = 0; i < pageSize && _next < events.Count; i++) page.Add(events[_next++] with { Partition = Partition, Position = _next - 1, Next = _next });
        return ValueTask.CompletedTask;
    }

    public void Checkpointed(StreamPositions applied) => Durable = applied;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

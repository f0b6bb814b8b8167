using Appliance.Features.Ingest;
using FeatureModel.Events;

namespace Appliance.Features.Tests.Ingest.Kafka;

/// <summary>Topics without a broker: each partition a list of messages, read page by page from the position given, in an order that the seed decides.</summary>
internal sealed class KafkaScriptedSource(IReadOnlyDictionary<string, List<KafkaScriptedMessage>> topic, int seed) : IFeatureEventSource
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, int> _next = [];

    public long Lag => _next.Sum(p => (long)topic[p.Key].Count - p.Value);

    public ValueTask<bool> StartAsync(StreamPositions applied, CancellationToken cancellationToken)
    {
        foreach (var partition in topic.Keys) _next[partition] = (int)(applied.Next(partition) ?? 0);
        return ValueTask.FromResult(true);
    }

    public ValueTask ReadAsync(EventPage page, CancellationToken cancellationToken)
    {
        for (var run = _random.Next(1, 4); run > 0 && Lag > 0; run--)
        {
            var left = _next.Where(p => p.Value < topic[p.Key].Count).Select(p => p.Key).Order(StringComparer.Ordinal).ToList();
            var partition = left[_random.Next(left.Count)];
            for (var count = _random.Next(1, 20); count > 0 && _next[partition] < topic[partition].Count; count--) Add(page, partition, _next[partition]++);
        }
        return ValueTask.CompletedTask;
    }

    public void Checkpointed(StreamPositions applied)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Add(EventPage page, string partition, int offset)
    {
        var message = topic[partition][offset];
        var record = new FeatureEvent
        {
            Id = $"e-{message.Number}",
            Source = "test",
            Type = "count",
            Entity = [new EventEntity("member_id", message.Number)],
            EventTime = 0,
            Data = "{}"u8.ToArray(),
        }.ToRecord(message.Time);
        page.Add(new PagedEvent(partition, offset, offset + 1, page.Keep(record)));
    }
}

using System.Globalization;
using System.Text;
using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using Confluent.Kafka;
using FeatureModel.Events;
using TestKit;

namespace Appliance.Features.Tests.Ingest.Kafka;

/// <summary>A mock cluster with one topic, and what a test does with both. Waiting is bounded: only a broken test waits so long.</summary>
internal sealed class KafkaBed : IDisposable
{
    public const string Topic = "events";

    /// <summary>The time of message 0; each further one is a millisecond later.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IProducer<Null, byte[]> _producer;
    private int _sent;

    public KafkaBed(int partitions = 1, int brokers = 1)
    {
        Cluster = new KafkaMockCluster(brokers);
        Cluster.CreateTopic(Topic, partitions);
        var settings = new Dictionary<string, string> { ["bootstrap.servers"] = Cluster.BootstrapServers, ["linger.ms"] = "0", ["enable.idempotence"] = "true" };
        _producer = new ProducerBuilder<Null, byte[]>(settings).SetLogHandler((_, _) => { }).Build();
    }

    public KafkaMockCluster Cluster { get; }

    public RecordingLogger<KafkaEventSource> Logger { get; } = new();

    public KafkaOptions Options(string group = "appliance") => new()
    {
        BootstrapServers = Cluster.BootstrapServers,
        Topics = [Topic],
        GroupId = group,
        SessionTimeout = TimeSpan.FromSeconds(2),
        PollWait = TimeSpan.FromMilliseconds(20),
        Properties =
        {
            ["heartbeat.interval.ms"] = "50",
            ["fetch.wait.max.ms"] = "20",
            ["fetch.error.backoff.ms"] = "20",
            ["retry.backoff.ms"] = "20",
            ["reconnect.backoff.ms"] = "20",
            ["reconnect.backoff.max.ms"] = "100",
        },
    };

    public KafkaEventSource Source(KafkaOptions? options = null) => new(options ?? Options(), EventLimits.Default, Logger);

    /// <summary>The JSON of an event with that number as id and member.</summary>
    public static string Json(int number, string source = "member_events") =>
        $$$"""{"id":"e-{{{number}}}","source":"{{{source}}}","type":"visit","entity":{"member_id":{{{number}}}},"time":"2026-01-01T00:00:00Z","data":{}}""";

    /// <summary>Sends events with those numbers, number n to partition n modulo their count, and waits until the broker has them.</summary>
    public Task SendAsync(int first, int count, int partitions = 1) =>
        Task.WhenAll(Enumerable.Range(first, count).Select(n => SendAsync(n % partitions, Encoding.UTF8.GetBytes(Json(n)))));

    public Task<DeliveryResult<Null, byte[]>> SendAsync(int partition, byte[]? value, DateTimeOffset? at = null) => _producer.ProduceAsync(
        new TopicPartition(Topic, partition),
        new Message<Null, byte[]> { Value = value!, Timestamp = new Timestamp(at ?? Start.AddMilliseconds(_sent++)) });

    /// <summary>Reads until so many events came; fails when they do not.</summary>
    public static Task<List<PagedEvent>> ReadAsync(IFeatureEventSource source, int count)
    {
        var events = new List<PagedEvent>();
        return ReadAsync(source, events, () => events.Count >= count);
    }

    /// <summary>Reads until something holds; fails when it does not come to be.</summary>
    public static async Task<List<PagedEvent>> ReadAsync(IFeatureEventSource source, List<PagedEvent> into, Func<bool> holds)
    {
        var page = new EventPage();
        var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!holds())
        {
            Assert.True(Environment.TickCount64 < until, $"{into.Count} events came within {Patience}");
            page.Clear();
            await source.ReadAsync(page, TestContext.Current.CancellationToken);
            foreach (var read in page.Events) into.Add(read with { Record = read.Record.ToArray(), Raw = read.Raw.ToArray() });
        }
        return into;
    }

    /// <summary>The number of the event, which is its member.</summary>
    public static int Number(PagedEvent read)
    {
        Assert.True(EventRecord.TryParse(read.Record.Span, out var record), read.Refusal);
        foreach (var key in record.Entity) return (int)key.Number;
        throw new InvalidDataException("an event without an entity");
    }

    /// <summary>That these are the events 0 to count - 1, each once, and each partition's in order.</summary>
    public static void AssertEachOnce(IReadOnlyList<PagedEvent> events, int count)
    {
        Assert.Equal(Enumerable.Range(0, count), events.Select(Number).Order());
        foreach (var partition in events.GroupBy(e => e.Partition)) Assert.Equal(partition.Select(e => e.Position).Order(), partition.Select(e => e.Position));
    }

    /// <summary>What the group has committed for a partition; -1 for nothing.</summary>
    public long Committed(string group, int partition)
    {
        var settings = new Dictionary<string, string> { ["bootstrap.servers"] = Cluster.BootstrapServers, ["group.id"] = group };
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(settings).SetLogHandler((_, _) => { }).Build();
        var offset = consumer.Committed([new TopicPartition(Topic, partition)], Patience)[0].Offset;
        return offset == Offset.Unset ? -1 : offset.Value;
    }

    /// <summary>The first messages of a topic's first partition.</summary>
    public List<Message<Ignore, byte[]>> Messages(string topic, int count)
    {
        var settings = new Dictionary<string, string> { ["bootstrap.servers"] = Cluster.BootstrapServers, ["group.id"] = "test", ["auto.offset.reset"] = "earliest" };
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(settings).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var messages = new List<Message<Ignore, byte[]>>();
        while (messages.Count < count) messages.Add((consumer.Consume(Patience) ?? throw new TimeoutException($"{messages.Count} messages came of topic {topic}")).Message);
        return messages;
    }

    public static StreamPositions Positions(params (int Partition, long Next)[] all)
    {
        var positions = new StreamPositions();
        foreach (var (partition, next) in all) positions.Set(string.Create(CultureInfo.InvariantCulture, $"{Topic}/{partition}"), next);
        return positions;
    }

    public void Dispose()
    {
        _producer.Dispose();
        Cluster.Dispose();
    }
}

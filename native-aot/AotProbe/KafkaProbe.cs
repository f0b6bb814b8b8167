using System.Text;
using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using Confluent.Kafka;
using FeatureModel.Events;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace AotProbe;

/// <summary>Kafka's client, whose native functions are found by reflection: producer, consumer group with callbacks, headers, commits.</summary>
internal static class KafkaProbe
{
    private const string Event = """{"id":"1","source":"s","type":"t","entity":{"member_id":7},"time":"2026-01-01T00:00:00Z","data":{}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task RunAsync()
    {
        using var broker = new KafkaMockCluster(1);
        foreach (var topic in (string[])["events", "dead"]) broker.CreateTopic(topic, 1);
        var settings = new Dictionary<string, string> { ["bootstrap.servers"] = broker.BootstrapServers };
        using (var producer = new ProducerBuilder<Null, byte[]>(settings).Build())
        {
            // An event, the same again, and one that is none.
            foreach (var value in new[] { Event, Event, "{" }) await producer.ProduceAsync("events", new Message<Null, byte[]> { Value = Encoding.UTF8.GetBytes(value) });
        }
        var folder = Directory.CreateTempSubdirectory("aot-probe-kafka-").FullName;
        var options = new KafkaOptions { BootstrapServers = broker.BootstrapServers, Topics = ["events"], DeadLetterTopic = "dead" };
        var events = await ReadAsync(options, folder);
        Expect.Equal("events/0 0 1", $"{events[0].Partition} {events[0].Position} {events[0].Next}", "event");
        if (!EventRecord.TryParse(events[0].Record.Span, out var record)) throw new InvalidOperationException("the record cannot be read");
        Expect.Equal("t", Encoding.UTF8.GetString(record.Type), "type");
        Expect.Equal(2L, events[1].Position, "position of the refused message");
        SendLetter(options, events[1], Path.Combine(folder, "letters"));
        Expect.Equal("Malformed", ReadReason(settings), "reason of the dead letter");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<List<PagedEvent>> ReadAsync(KafkaOptions options, string folder)
    {
        var dedup = new KafkaDedupSettings(Path.Combine(folder, "ids"), 100, TimeSpan.FromHours(1));
        var statistics = new IngestStatistics();
        await using var source = new KafkaDedupSource(new KafkaEventSource(options, EventLimits.Default, NullLogger.Instance), dedup, statistics, NullLogger.Instance);
        await source.StartAsync(new StreamPositions(), CancellationToken.None);
        var events = new List<PagedEvent>();
        var page = new EventPage();
        for (var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds; events.Count < 2;)
        {
            if (Environment.TickCount64 > until) throw new TimeoutException($"{events.Count} of 2 events came");
            page.Clear();
            await source.ReadAsync(page, CancellationToken.None);
            foreach (var read in page.Events) events.Add(read with { Record = read.Record.ToArray(), Raw = read.Raw.ToArray() });
        }
        Expect.Equal(1L, statistics.Repeated, "repeated events");
        var positions = new StreamPositions();
        positions.Set("events/0", 3);
        Expect.Equal(true, source.Flush(), "ids on the disk");
        source.Checkpointed(positions);
        return events;
    }

    private static void SendLetter(KafkaOptions options, in PagedEvent refused, string folder)
    {
        using var files = new FileDeadLetters(folder, 1 << 20, 2, NullLogger.Instance);
        using var letters = new KafkaDeadLetters(options, files, NullLogger.Instance);
        letters.Add(refused, RefusalReason.Malformed, refused.Refusal!);
        for (var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds; !letters.Flush();)
        {
            if (Environment.TickCount64 > until) throw new TimeoutException("the dead letter was not taken");
        }
    }

    private static string ReadReason(Dictionary<string, string> settings)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new Dictionary<string, string>(settings) { ["group.id"] = "probe" }).Build();
        consumer.Assign(new TopicPartitionOffset("dead", 0, Offset.Beginning));
        var letter = consumer.Consume(Patience) ?? throw new TimeoutException("the dead letter did not come");
        Expect.Equal("{", Encoding.UTF8.GetString(letter.Message.Value), "value of the dead letter");
        return Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes("reason"));
    }
}

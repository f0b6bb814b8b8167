using System.Text;
using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using FeatureModel.Events;

namespace Appliance.Features.Tests.Ingest.Kafka;

/// <summary>The source against mock brokers.</summary>
public sealed class KafkaEventSourceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_partition_is_read_from_the_stores_position_and_one_without_from_its_beginning()
    {
        using var bed = new KafkaBed(partitions: 2);
        await bed.SendAsync(0, 100, partitions: 2);
        await using var source = bed.Source();
        await source.StartAsync(KafkaBed.Positions((0, 30)), Cancellation);

        var events = await KafkaBed.ReadAsync(source, 70);

        Assert.Equal(Enumerable.Range(30, 20).Select(i => i * 2), events.Where(e => e.Partition == "events/0").Select(KafkaBed.Number));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (i * 2) + 1), events.Where(e => e.Partition == "events/1").Select(KafkaBed.Number));
        Assert.All(events, e => Assert.Equal(e.Position + 1, e.Next));
        Assert.Equal(0, source.Lag);
    }

    [Fact]
    public async Task What_the_group_has_committed_moves_no_position()
    {
        using var bed = new KafkaBed();
        await bed.SendAsync(0, 20);
        await using (var first = bed.Source())
        {
            await first.StartAsync(new StreamPositions(), Cancellation);
            await KafkaBed.ReadAsync(first, 20);
            first.Checkpointed(KafkaBed.Positions((0, 15)));
        }
        Assert.Equal(15, bed.Committed("appliance", 0));

        await using var second = bed.Source();
        await second.StartAsync(KafkaBed.Positions((0, 5)), Cancellation);

        Assert.Equal(Enumerable.Range(5, 15), (await KafkaBed.ReadAsync(second, 15)).Select(KafkaBed.Number));
    }

    [Fact]
    public async Task Offsets_are_committed_when_the_checkpoint_is_durable_and_not_before()
    {
        using var bed = new KafkaBed();
        await bed.SendAsync(0, 20);
        await using (var source = bed.Source())
        {
            await source.StartAsync(new StreamPositions(), Cancellation);
            await KafkaBed.ReadAsync(source, 20);
        }
        Assert.Equal(-1, bed.Committed("appliance", 0));
    }

    [Fact]
    public async Task A_message_that_is_no_event_comes_with_its_bytes_and_the_reason()
    {
        using var bed = new KafkaBed();
        byte[]?[] poisoned = [null, [], "{\"id\":"u8.ToArray(), [0xff, 0xfe], "[]"u8.ToArray(), Encoding.UTF8.GetBytes(KafkaBed.Json(1) + KafkaBed.Json(2))];
        foreach (var value in poisoned) await bed.SendAsync(0, value);
        await bed.SendAsync(7, 1);
        await using var source = bed.Source();
        await source.StartAsync(new StreamPositions(), Cancellation);

        var events = await KafkaBed.ReadAsync(source, poisoned.Length + 1);

        Assert.Equal(7, KafkaBed.Number(events[^1]));
        for (var i = 0; i < poisoned.Length; i++)
        {
            Assert.Equal(poisoned[i] ?? [], events[i].Raw.ToArray());
            Assert.True(events[i].Record.IsEmpty);
        }
        string[] reasons = ["null", "empty", "JSON", "JSON", "no event", "more than one event"];
        Assert.All(reasons.Zip(events), pair => Assert.Contains(pair.First, pair.Second.Refusal, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reading_a_message_again_gives_the_same_record_with_the_brokers_time()
    {
        using var bed = new KafkaBed();
        await bed.SendAsync(0, 50);
        var readings = new List<List<PagedEvent>>();
        for (var reading = 0; reading < 2; reading++)
        {
            await using var source = bed.Source();
            await source.StartAsync(new StreamPositions(), Cancellation);
            readings.Add(await KafkaBed.ReadAsync(source, 50));
        }
        Assert.All(readings[0].Zip(readings[1]), pair => Assert.Equal(pair.First.Record.ToArray(), pair.Second.Record.ToArray()));
        Assert.True(EventRecord.TryParse(readings[0][3].Record.Span, out var record));
        Assert.Equal(KafkaBed.Start.AddMilliseconds(3).ToUnixTimeMilliseconds() * 1000, record.IngestTime);
    }

    [Fact]
    public async Task Without_messages_a_read_returns_empty()
    {
        using var bed = new KafkaBed();
        await using var source = bed.Source();
        await source.StartAsync(new StreamPositions(), Cancellation);
        var page = new EventPage();
        for (var read = 0; read < 3; read++) await source.ReadAsync(page, Cancellation);
        Assert.Empty(page.Events);
    }

    [Fact]
    public async Task The_lag_counts_what_has_not_been_read()
    {
        using var bed = new KafkaBed();
        await bed.SendAsync(0, 100);
        var options = bed.Options();
        options.PollEvents = 10;
        await using var source = bed.Source(options);
        Assert.Equal(-1, source.Lag);
        await source.StartAsync(new StreamPositions(), Cancellation);
        await KafkaBed.ReadAsync(source, 10);
        Assert.Equal(90, source.Lag);
    }

    [Fact]
    public async Task Messages_removed_before_they_were_read_are_reported_and_reading_goes_on_behind_them()
    {
        using var bed = new KafkaBed();
        await bed.SendAsync(0, 100);
        bed.Cluster.DeleteRecords(KafkaBed.Topic, 0, 60);
        await using var source = bed.Source();
        await source.StartAsync(KafkaBed.Positions((0, 10)), Cancellation);

        Assert.Equal(Enumerable.Range(60, 40), (await KafkaBed.ReadAsync(source, 40)).Select(KafkaBed.Number));
        Assert.Contains("from offset 10 to 60", Assert.Single(bed.Logger.Lines, l => l.EventId == KafkaEventIds.EventsGone).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_ends_before_the_stores_position_is_refused()
    {
        using var bed = new KafkaBed();
        await bed.SendAsync(0, 10);
        await using var source = bed.Source();
        await source.StartAsync(KafkaBed.Positions((0, 11)), Cancellation);

        var failure = await Assert.ThrowsAsync<EventSourceException>(() => KafkaBed.ReadAsync(source, 1));
        Assert.Contains("events/0 up to offset 11", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_the_client_does_not_know_is_named()
    {
        using var bed = new KafkaBed();
        var options = bed.Options();
        options.Properties["no.such.property"] = "1";
        await using var source = bed.Source(options);
        var failure = await Assert.ThrowsAsync<EventSourceException>(() => source.StartAsync(new StreamPositions(), Cancellation).AsTask());
        Assert.Contains("no.such.property", failure.Message, StringComparison.Ordinal);
    }
}

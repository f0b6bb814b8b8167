using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using TestKit;

namespace Appliance.Features.Tests.Ingest.Kafka;

/// <summary>Brokers that fail, and a group that changes, while events are read.</summary>
public sealed class KafkaBrokerFaultTests
{
    private const int NotLeader = 6;
    private const int RequestTimedOut = 7;
    private const int GroupNotAuthorized = 30;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Errors_of_a_broker_in_the_middle_of_a_load_lose_and_repeat_nothing()
    {
        using var bed = new KafkaBed(partitions: 2);
        await bed.SendAsync(0, 1_000, partitions: 2);
        var options = bed.Options();
        options.PollEvents = 100;
        await using var source = bed.Source(options);
        await source.StartAsync(new StreamPositions(), Cancellation);
        var events = await KafkaBed.ReadAsync(source, 300);
        bed.Cluster.PushErrors(KafkaMockCluster.FetchRequest, NotLeader, RequestTimedOut, NotLeader, RequestTimedOut);
        await bed.SendAsync(1_000, 1_000, partitions: 2);
        await KafkaBed.ReadAsync(source, events, () => events.Count >= 2_000);
        KafkaBed.AssertEachOnce(events, 2_000);
    }

    [Fact]
    public async Task A_broker_that_goes_down_is_logged_once_and_waited_for()
    {
        using var bed = new KafkaBed();
        await bed.SendAsync(0, 500);
        await using var source = bed.Source();
        await source.StartAsync(new StreamPositions(), Cancellation);
        var events = await KafkaBed.ReadAsync(source, 500);
        bed.Cluster.SetBroker(1, isUp: false);
        await KafkaBed.ReadAsync(source, events, () => bed.Logger.Count(KafkaEventIds.Waiting) > 0);
        bed.Cluster.SetBroker(1, isUp: true);
        await bed.SendAsync(500, 500);
        await KafkaBed.ReadAsync(source, events, () => events.Count >= 1_000);
        KafkaBed.AssertEachOnce(events, 1_000);
        Assert.Equal(1, bed.Logger.Count(KafkaEventIds.GoesOn));
        var codes = bed.Logger.Lines.Where(l => l.EventId == KafkaEventIds.Waiting).Select(l => l.Message).ToList();
        Assert.Equal(codes.Distinct(), codes);
    }

    [Fact]
    public async Task A_group_that_may_not_be_read_ends_the_source_and_says_what_to_allow()
    {
        using var bed = new KafkaBed();
        bed.Cluster.PushErrors(KafkaMockCluster.JoinGroupRequest, GroupNotAuthorized);
        await using var source = bed.Source();
        await source.StartAsync(new StreamPositions(), Cancellation);
        var failure = await Assert.ThrowsAsync<EventSourceException>(() => KafkaBed.ReadAsync(source, 1));
        Assert.Contains("Features:Kafka:GroupId", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_joins_and_leaves_in_the_middle_of_a_load_takes_no_event_and_repeats_none()
    {
        const int Partitions = 4;
        using var bed = new KafkaBed(Partitions);
        await bed.SendAsync(0, 2_000, Partitions);
        var options = bed.Options();
        options.PollEvents = 50;
        await using var first = bed.Source(options);
        await first.StartAsync(new StreamPositions(), Cancellation);
        var ofFirst = await KafkaBed.ReadAsync(first, 500);
        Assert.Equal(Partitions, first.AssignedPartitions);

        var ofSecond = new List<PagedEvent>();
        await using (var second = bed.Source(options))
        {
            await second.StartAsync(new StreamPositions(), Cancellation);
            // Each polls while the other gives and takes.
            await TogetherAsync(first, ofFirst, second, ofSecond, () => first.AssignedPartitions == 2 && second.AssignedPartitions == 2);
            await bed.SendAsync(2_000, 1_000, Partitions);
            await TogetherAsync(first, ofFirst, second, ofSecond, () => ofSecond.Count >= 1_500);
        }
        // Its own position begins where the partition does.
        Assert.Equal(2, ofSecond.Select(e => e.Partition).Distinct().Count());
        Assert.Equal(1_500, ofSecond.Count);
        await bed.SendAsync(3_000, 1_000, Partitions);
        await KafkaBed.ReadAsync(first, ofFirst, () => ofFirst.Count >= 4_000);
        Assert.Equal(Partitions, first.AssignedPartitions);
        KafkaBed.AssertEachOnce(ofFirst, 4_000);
    }

    private static async Task TogetherAsync(KafkaEventSource first, List<PagedEvent> ofFirst, KafkaEventSource second, List<PagedEvent> ofSecond, Func<bool> holds)
    {
        // What is read of both in turn ends when the condition holds, looked at between two reads of one.
        var done = false;
        bool Holds() => done |= holds();
        await Task.WhenAll(KafkaBed.ReadAsync(first, ofFirst, Holds), KafkaBed.ReadAsync(second, ofSecond, Holds));
    }
}

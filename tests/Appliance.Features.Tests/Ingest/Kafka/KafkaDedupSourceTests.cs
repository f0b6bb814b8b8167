using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Appliance.Features.Tests.Ingest.Kafka;

/// <summary>Events that repeat an earlier one, over topics that a script holds.</summary>
public sealed class KafkaDedupSourceTests : IDisposable
{
    private const int Hour = 3_600_000; // In the messages' times a millisecond is one.

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_event_that_repeats_an_earlier_one_is_dropped_whichever_partition_it_comes_by()
    {
        var topic = Topic([1, 2, 1, 3], [3, 4, 2]);
        var statistics = new IngestStatistics();
        await using var source = Source(topic, seed: 1, statistics: statistics);
        await source.StartAsync(new StreamPositions(), Cancellation);
        Assert.Equal([1, 2, 3, 4], (await ReadAllAsync(source, [])).Order());
        Assert.Equal(3, statistics.Repeated);
    }

    [Fact]
    public async Task An_id_counts_again_behind_the_horizon_of_time()
    {
        var topic = new Dictionary<string, List<KafkaScriptedMessage>> { ["t/0"] = [At(1, 0), At(1, Hour), At(1, (2 * Hour) + 1), At(1, (3 * Hour) + 1), At(1, (3 * Hour) + 2)] };
        await using var source = Source(topic, seed: 1, horizon: TimeSpan.FromHours(1));
        await source.StartAsync(new StreamPositions(), Cancellation);
        // The second is an hour behind the first; the third more than an hour; each further one is compared with that which was taken last.
        Assert.Equal([0, 2, 4], await PositionsAsync(source));
    }

    [Fact]
    public async Task An_id_counts_again_behind_the_horizon_of_events()
    {
        var topic = Topic([1, 2, 3, 1, 4, 2, 3]);
        await using var source = Source(topic, seed: 1, events: 3);
        await source.StartAsync(new StreamPositions(), Cancellation);
        // 4 pushes 1 out, so that 2 and 3 are still known.
        Assert.Equal([0, 1, 2, 4], await PositionsAsync(source));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Crashes_at_any_moment_count_each_event_once(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var topic = Topic([.. Numbers(random)], [.. Numbers(random)], [.. Numbers(random)]);
        var store = new StoreOfCounts();
        // What was sent once or more counts once, however often reading began again, in whatever order the partitions came.
        for (var life = 0; life < 12; life++)
        {
            await using (var source = Source(topic, random.Next(), segmentBytes: 2_000))
            {
                await source.StartAsync(store.Recover(), Cancellation);
                for (var page = random.Next(1, 25); page > 0; page--) await StepAsync(source, store, checkpoint: random.Next(3) == 0);
            }
            // Some die in the middle of writing.
            if (random.Next(2) == 0) TearNewest(random);
        }
        await using var last = Source(topic, seed, segmentBytes: 2_000);
        await last.StartAsync(store.Recover(), Cancellation);
        while (last.Lag > 0) await StepAsync(last, store, checkpoint: false);

        Assert.Equal(topic.Values.SelectMany(p => p).Select(m => m.Number).Distinct().Order(), store.Counts.Keys.Order());
        Assert.All(store.Counts, count => Assert.Equal(1, count.Value));
    }

    [Fact]
    public async Task A_store_that_falls_back_to_an_older_checkpoint_finds_the_ids_of_that_one()
    {
        var topic = Topic([.. Enumerable.Range(0, 400), .. Enumerable.Range(0, 400)]);
        var store = new StoreOfCounts();
        await using (var source = Source(topic, seed: 1, events: 500, segmentBytes: 500))
        {
            await source.StartAsync(store.Recover(), Cancellation);
            while (source.Lag > 300) await StepAsync(source, store, checkpoint: true);
        }
        store.LoseNewest();
        await using var again = Source(topic, seed: 2, events: 500, segmentBytes: 500);
        await again.StartAsync(store.Recover(), Cancellation);
        while (again.Lag > 0) await StepAsync(again, store, checkpoint: true);
        Assert.Equal(400, store.Counts.Count);
        Assert.All(store.Counts, count => Assert.Equal(1, count.Value));
    }

    [Fact]
    public async Task Files_that_no_kept_checkpoint_needs_are_removed()
    {
        var topic = Topic([.. Enumerable.Range(0, 5_000)]);
        var store = new StoreOfCounts();
        await using var source = Source(topic, seed: 1, events: 200, segmentBytes: 1_000);
        await source.StartAsync(store.Recover(), Cancellation);
        while (source.Lag > 0) await StepAsync(source, store, checkpoint: true);
        var bytes = Directory.GetFiles(_folder.Path).Sum(file => new FileInfo(file).Length);
        Assert.True(bytes < 3 * 200 * KafkaIdBlock.IdBytes, $"{bytes} bytes are left for 200 ids");
    }

    [Fact]
    public async Task While_the_ids_cannot_be_written_no_checkpoint_may_begin_and_events_come_all_the_same()
    {
        var logger = new RecordingLogger<KafkaDedupSource>();
        var topic = Topic([.. Enumerable.Range(0, 200)]);
        await using var source = new KafkaDedupSource(new KafkaScriptedSource(topic, seed: 1), new KafkaDedupSettings(_folder.Path, 100, TimeSpan.FromDays(1)) { SegmentBytes = 1 }, new IngestStatistics(), logger);
        await source.StartAsync(new StreamPositions(), Cancellation);
        // The next file is one that takes nothing, as on a full disk.
        File.CreateSymbolicLink(_folder["ids-00000002.log"], "/dev/full");
        Assert.True(source.Flush());
        source.Checkpointed(new StreamPositions());
        Assert.Equal(200, (await ReadAllAsync(source, [])).Count);
        Assert.False(source.Flush());
        Assert.False(source.Flush());
        Assert.Equal(1, logger.Count(KafkaEventIds.IdsUnwritten));
    }

    private static KafkaScriptedMessage At(int number, long milliseconds) => new(number, milliseconds * 1000);

    private static Dictionary<string, List<KafkaScriptedMessage>> Topic(params int[][] partitions)
    {
        var topic = new Dictionary<string, List<KafkaScriptedMessage>>();
        for (var p = 0; p < partitions.Length; p++) topic.Add($"t/{p}", [.. partitions[p].Select((number, i) => At(number, i))]);
        return topic;
    }

    // Numbers of one range for all partitions, so that most come several times and by several partitions.
    private static IEnumerable<int> Numbers(Random random) => Enumerable.Range(0, 400).Select(_ => random.Next(300));

    private KafkaDedupSource Source(
        Dictionary<string, List<KafkaScriptedMessage>> topic, int seed, int events = 10_000, TimeSpan? horizon = null, long segmentBytes = 1 << 20, IngestStatistics? statistics = null)
    {
        var settings = new KafkaDedupSettings(_folder.Path, events, horizon ?? TimeSpan.FromDays(1)) { SegmentBytes = segmentBytes };
        return new KafkaDedupSource(new KafkaScriptedSource(topic, seed), settings, statistics ?? new IngestStatistics(), NullLogger.Instance);
    }

    private static async Task StepAsync(KafkaDedupSource source, StoreOfCounts store, bool checkpoint)
    {
        var page = new EventPage();
        await source.ReadAsync(page, Cancellation);
        foreach (var read in page.Events) store.Apply(read);
        if (!checkpoint) return;
        Assert.True(source.Flush());
        source.Checkpointed(store.Checkpoint());
    }

    private static async Task<List<int>> ReadAllAsync(KafkaDedupSource source, List<PagedEvent> into)
    {
        var numbers = new List<int>();
        var page = new EventPage();
        while (source.Lag > 0)
        {
            page.Clear();
            await source.ReadAsync(page, Cancellation);
            into.AddRange(page.Events);
            numbers.AddRange(page.Events.Select(KafkaBed.Number));
        }
        return numbers;
    }

    private static async Task<List<long>> PositionsAsync(KafkaDedupSource source)
    {
        var events = new List<PagedEvent>();
        await ReadAllAsync(source, events);
        return [.. events.Select(e => e.Position)];
    }

    // As a crash in the middle of a write leaves it.
    private void TearNewest(Random random)
    {
        var newest = Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).Last();
        using var file = File.Open(newest, FileMode.Append);
        var torn = new byte[random.Next(1, 40)];
        random.NextBytes(torn);
        file.Write(torn);
    }
}

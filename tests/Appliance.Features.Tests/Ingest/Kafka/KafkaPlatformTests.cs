using System.Globalization;
using System.Text;
using System.Text.Json;
using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using Appliance.Features.Tests.Integration;
using FeatureModel.Definitions;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Appliance.Features.Tests.Ingest.Kafka;

/// <summary>The platform with Kafka switched on: what features read after all that can happen to a topic's reader, against brute force.</summary>
public sealed class KafkaPlatformTests : IDisposable
{
    private const int Partitions = 3;

    private static readonly DateTimeOffset AfterSample = new DateTimeOffset(2025, 1, 31, 0, 0, 0, TimeSpan.Zero).AddTicks(-TimeSpan.TicksPerMicrosecond);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(AfterSample);
    private readonly KafkaBed _bed = new(Partitions);
    private readonly KafkaOptions _options;

    public KafkaPlatformTests()
    {
        _options = _bed.Options();
        _options.PollEvents = 300;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _bed.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_crash_between_checkpoints_loses_no_event_and_counts_none_twice()
    {
        var events = SampleEvents.Read().Take(6_000).ToList();
        await SendAsync(events[..4_000]);
        // Every tenth is sent again, before and after what the checkpoint holds.
        await SendAsync([.. events[..4_000].Where(e => e.Line % 10 == 0)]);
        await using (var platform = await StartAsync("a"))
        {
            await StepUntilAsync(platform, () => platform.Statistics.Applied >= 2_000);
            await platform.FlushAsync();
            await StepUntilAsync(platform, () => platform.Statistics.Applied + platform.Statistics.Repeated >= 4_000);
            // Disposed without a flush: the store keeps what the last checkpoint held, as after a crash.
        }
        await SendAsync(events[4_000..]);
        await SendAsync([.. events.Where(e => e.Line % 7 == 0)]);
        await using var again = await StartAsync("a");
        await StepUntilAsync(again, () => again.Statistics.Lag == 0);
        AssertCounts(again, events);
    }

    [Fact]
    public async Task Two_appliances_that_share_a_topic_end_with_each_partition_counted_once()
    {
        var events = SampleEvents.Read().Take(6_000).ToList();
        await SendAsync(events[..3_000]);
        await using var first = await StartAsync("a");
        await StepUntilAsync(first, () => first.Statistics.Applied >= 1_000);
        await using (var second = await StartAsync("b"))
        {
            // Until the second has been given its share and has applied some of it.
            await StepUntilAsync(first, () => second.Statistics.Applied >= 500, second);
            await second.FlushAsync();
        }
        await SendAsync(events[3_000..]);
        await StepUntilAsync(first, () => first.Statistics.Applied >= events.Count);
        Assert.Equal(events.Count, first.Statistics.Applied);
        AssertCounts(first, events);
    }

    [Fact]
    public async Task Letters_that_go_to_files_for_want_of_a_topic_are_counted()
    {
        await using var platform = await StartAsync("a");
        await _bed.SendAsync(0, "{"u8.ToArray(), AfterSample);
        await _bed.SendAsync(0, "[]"u8.ToArray(), AfterSample);
        await StepUntilAsync(platform, () => platform.Statistics.Refused(RefusalReason.Malformed) == 2);
        await platform.FlushAsync();
        Assert.Equal((2, 0), (platform.Statistics.Kafka!.FileLetters, platform.Statistics.Kafka.TopicLetters));
    }

    [Fact]
    public async Task Rows_that_another_engine_writes_to_the_topic_are_read_as_features_of_their_batch_view()
    {
        await using var platform = await StartAsync("a");
        for (var member = 1; member <= 20; member++) await _bed.SendAsync(member % Partitions, Row(member, AfterSample.AddHours(-1), member * 15), AfterSample);
        // An older row that comes late changes nothing, whichever partition it comes by.
        for (var member = 1; member <= 20; member++) await _bed.SendAsync((member + 1) % Partitions, Row(member, AfterSample.AddHours(-2), 3), AfterSample);
        await StepUntilAsync(platform, () => platform.Statistics.Applied >= 40);
        var read = new MemberReader(platform);
        for (var member = 1; member <= 20; member++)
        {
            Assert.Equal(member * 15, read.Value(member, "member_profile:tenure_days").AsInt64);
            Assert.Equal(member, read.Value(member, "member_profile:store_id").AsInt64);
        }
    }

    [Fact]
    public async Task What_cannot_be_applied_goes_to_the_dead_letter_topic_before_a_checkpoint_passes_it()
    {
        const string Dead = "dead-letters";
        _options.DeadLetterTopic = Dead;
        // Made by the brokers it would have several partitions.
        _bed.Cluster.CreateTopic(Dead, 1);
        var events = SampleEvents.Read().Take(30).ToList();
        await SendAsync(events);
        await _bed.SendAsync(0, "no event"u8.ToArray(), AfterSample);
        await _bed.SendAsync(0, Encoding.UTF8.GetBytes(KafkaBed.Json(5, source: "nobody")), AfterSample);
        await using var platform = await StartAsync("a");
        await StepUntilAsync(platform, () => platform.Statistics.Refused(RefusalReason.Malformed) + platform.Statistics.Refused(RefusalReason.UnknownSource) == 2);
        await platform.FlushAsync();

        var letters = _bed.Messages(Dead, 2);
        Assert.Equal("no event", Encoding.UTF8.GetString(letters[0].Value));
        Assert.Equal("Malformed", Header(letters[0], "reason"));
        Assert.Equal("events/0", Header(letters[0], "partition"));
        Assert.Equal(events.Count(e => Partition(e) == 0).ToString(CultureInfo.InvariantCulture), Header(letters[0], "offset"));
        Assert.Equal("UnknownSource", Header(letters[1], "reason"));
        Assert.Contains("'nobody'", Header(letters[1], "refusal"), StringComparison.Ordinal);
        using var sent = JsonDocument.Parse(letters[1].Value);
        Assert.Equal("e-5", sent.RootElement.GetProperty("id").GetString());
    }

    private static byte[] Row(int member, DateTimeOffset at, int tenure) => Encoding.UTF8.GetBytes(
        $$$"""{"source":"member_table","type":"row","entity":{"member_id":{{{member}}}},"time":"{{{at:yyyy-MM-dd'T'HH:mm:ss'Z'}}}","data":{"tenure_days":{{{tenure}}},"store_id":{{{member}}}}}""");

    private static string Header(Confluent.Kafka.Message<Confluent.Kafka.Ignore, byte[]> letter, string name) => Encoding.UTF8.GetString(letter.Headers.GetLastBytes(name));

    private static void AssertCounts(FeaturePlatform platform, List<SampleEvent> events)
    {
        var read = new MemberReader(platform);
        foreach (var own in events.GroupBy(e => e.Member))
        {
            Assert.Equal(own.Count(e => e.Type == "visit"), read.Number(own.Key, "member_activity:visit_30d"));
            Assert.Equal(own.Where(e => e.Type == "purchase").Sum(e => e.Amount), read.Number(own.Key, "member_activity:consumption_amount"), 1e-9);
        }
    }

    private static int Partition(SampleEvent sample) => (int)(sample.Member % Partitions);

    // An entity's events share a partition, and each is stamped by the broker when it happened.
    private Task SendAsync(List<SampleEvent> events) => Task.WhenAll(events.Select(e => _bed.SendAsync(Partition(e), Encoding.UTF8.GetBytes(e.ToJson()), e.Time)));

    private static async Task StepUntilAsync(FeaturePlatform platform, Func<bool> holds, FeaturePlatform? other = null)
    {
        for (var until = Environment.TickCount64 + 60_000; !holds();)
        {
            Assert.True(Environment.TickCount64 < until, $"{platform.Statistics.Applied} events were applied within a minute");
            await platform.StepAsync(Cancellation);
            if (other is not null) await other.StepAsync(Cancellation);
        }
    }

    private async Task<FeaturePlatform> StartAsync(string name)
    {
        var options = new FeaturePlatformOptions(new FeatureOptions { Folder = _folder[name] }, new(), new(), new() { CheckpointEvents = 500 }, _options);
        (options.Store.MemoryBytes, options.Store.PageBytes) = (64 << 20, 1 << 20);
        var platform = FeaturePlatform.Open(options, _time, NullLoggerFactory.Instance);
        var read = DefinitionFiles.ReadFolder(SourceRoot.Find("samples", "features"));
        Assert.Empty(read.Errors);
        var result = platform.Registry.Apply(read.Definitions, ApplyMode.Replace, new RegistryRequest("test", "sample"), []);
        Assert.True(result.Outcome is RegistryOutcome.Applied or RegistryOutcome.Unchanged, result.Message);
        platform.Catalog.Replace(CatalogBuilder.Build(platform.Registry.State));
        await platform.StartAsync(Cancellation);
        return platform;
    }
}

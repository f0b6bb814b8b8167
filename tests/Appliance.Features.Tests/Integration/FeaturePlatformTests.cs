using System.Text;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.Events;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Appliance.Features.Tests.Integration;

/// <summary>Registry, journal, store and loop together, on real files.</summary>
public sealed class FeaturePlatformTests : IDisposable
{
    // The last moment of the sample: a window of 30 days then begins with it.
    private static readonly DateTimeOffset AfterSample = new DateTimeOffset(2025, 1, 31, 0, 0, 0, TimeSpan.Zero).AddTicks(-TimeSpan.TicksPerMicrosecond);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(AfterSample);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Members_of_the_sample_read_what_brute_force_counts()
    {
        await using var platform = Open();
        Apply(platform);
        var events = SampleEvents.Read();
        await AppendAsync(platform, events);
        await ApplyAllAsync(platform, events.Count);

        var read = new MemberReader(platform);
        foreach (var member in events.Select(e => e.Member).Distinct().Order().Take(200))
        {
            var own = events.Where(e => e.Member == member).ToList();
            Assert.Equal(own.Count(e => e.Type == "share"), read.Number(member, "member_activity:share_count"));
            Assert.Equal(own.Where(e => e.Type == "purchase").Sum(e => e.Amount), read.Number(member, "member_activity:consumption_amount"), 1e-9);
            var interactions = own.Count(e => e.Type is "like" or "comment");
            Assert.Equal(interactions / (interactions + 10.0), read.Number(member, "member_social:social_interaction_score"), 1e-12);
        }
        Assert.Equal(events.Count, platform.Statistics.Applied);
    }

    [Fact]
    public async Task A_restart_goes_on_where_the_last_checkpoint_stood()
    {
        var events = SampleEvents.Read().Take(5_000).ToList();
        double before;
        await using (var platform = Open())
        {
            Apply(platform);
            await AppendAsync(platform, events[..3_000]);
            await ApplyAllAsync(platform, 3_000);
            before = Total(platform, events);
        }
        await using var again = Open();
        Assert.Equal(before, Total(again, events));
        await AppendAsync(again, events[3_000..]);
        await ApplyAllAsync(again, 2_000);
        Assert.Equal(events.Count(e => e.Type == "visit"), Total(again, events));
    }

    private static double Total(FeaturePlatform platform, IEnumerable<SampleEvent> events)
    {
        var read = new MemberReader(platform);
        return events.Select(e => e.Member).Distinct().Sum(member => read.Number(member, "member_activity:visit_30d"));
    }

    private FeaturePlatform Open()
    {
        var options = new FeaturePlatformOptions(new FeatureOptions { Folder = _folder.Path }, new(), new(), new());
        (options.Store.MemoryBytes, options.Store.PageBytes) = (64 << 20, 1 << 20);
        return FeaturePlatform.Open(options, _time, NullLoggerFactory.Instance);
    }

    private static void Apply(FeaturePlatform platform)
    {
        var read = DefinitionFiles.ReadFolder(SourceRoot.Find("samples", "features"));
        Assert.Empty(read.Errors);
        var result = platform.Definitions.Apply(read.Definitions, ApplyMode.Replace, new RegistryRequest("test", "sample"), []);
        Assert.True(result.Outcome == RegistryOutcome.Applied, result.Message);
    }

    // No more at once than may wait for a disk that others use too.
    private static async Task AppendAsync(FeaturePlatform platform, IReadOnlyList<SampleEvent> events)
    {
        foreach (var chunk in events.Chunk(10_000)) await AppendAsync(platform, chunk);
    }

    private static async Task AppendAsync(FeaturePlatform platform, SampleEvent[] events)
    {
        using var records = new EventRecordBuffer();
        Assert.True(records.TryAddJson(Encoding.UTF8.GetBytes(string.Join('\n', events.Select(e => e.ToJson()))), new EventLimits { MaxEvents = int.MaxValue }, 0, out var rejection), rejection?.ToString());
        var results = new JournalAppend[events.Length];
        Assert.Equal(JournalOutcome.Ok, platform.Journal.Append(records.Bytes, results, out var taken));
        Assert.Equal(events.Length, taken);
        Assert.Equal(JournalOutcome.Ok, await platform.Journal.WaitDurableAsync(results[^1].Position, TestContext.Current.CancellationToken));
    }

    private static async Task ApplyAllAsync(FeaturePlatform platform, long events)
    {
        await platform.StartAsync(TestContext.Current.CancellationToken);
        while (platform.Statistics.Applied < events) await platform.StepAsync(TestContext.Current.CancellationToken);
        await platform.FlushAsync();
    }
}

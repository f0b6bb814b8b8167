using System.Text;
using Appliance.Features.Ingest;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using Appliance.Features.Store;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Events;
using FeatureModel.Values;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Appliance.Features.Tests.Ingest;

/// <summary>The ingest loop over a list of events and a store on a disk that can fail; it can be torn down at any step and started again on what the disk holds.</summary>
internal sealed class IngestRig : IDisposable
{
    public static readonly DateTimeOffset Now = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private const string Definitions = """
        {
          "entities": [{ "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }] }],
          "sources": [{ "name": "visits", "kind": "events", "fields": [{ "name": "spent", "type": "int64" }] }],
          "featureViews": [
            { "name": "day", "kind": "stream", "entities": ["member"], "source": "visits",
              "features": [{ "name": "spent_30d", "type": "int64", "aggregate": { "function": "sum", "field": "spent", "window": "30d" } }] },
            { "name": "hours", "kind": "stream", "entities": ["member"], "source": "visits",
              "features": [{ "name": "count_30d", "type": "int64", "aggregate": { "function": "count", "window": "30d" } }] }
          ]
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly CatalogHolder _catalog = new();
    private readonly IReadOnlyList<PagedEvent> _events;
    private readonly int _pageSize;

    public IngestRig(IReadOnlyList<PagedEvent> events, int pageSize)
    {
        _events = events;
        _pageSize = pageSize;
        using var registry = FeatureRegistry.Open(_folder["registry"], Time, FeatureRules.All);
        Assert.Equal(RegistryOutcome.Applied, registry.Apply(DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Definitions), "rig").Definitions, ApplyMode.Replace, new("t", "t"), []).Outcome);
        _catalog.Replace(CatalogBuilder.Build(registry.State));
        Start();
    }

    public ManualTime Time { get; } = new(Now);

    public CatalogHolder Catalog => _catalog;

    /// <summary>The views in another order, as another state of the definitions may have them.</summary>
    public FeatureCatalog Reordered()
    {
        var now = _catalog.Current;
        Assert.True(now.TryFindSource("visits", out var route));
        return new FeatureCatalog(now.Revision + 1, now.Views, [], [route! with { Streams = [.. route.Streams.Reverse()] }]);
    }

    public FaultyDevice Disk { get; private set; } = null!;

    public FasterTable Table { get; private set; } = null!;

    public FeatureIngestor Ingestor { get; private set; } = null!;

    public ScriptedEventSource Source { get; private set; } = null!;

    public IngestStatistics Statistics { get; private set; } = null!;

    public RecordedDeadLetters Letters { get; } = new();

    /// <summary>Events of members 0 to 9, each spending its own number.</summary>
    public static List<PagedEvent> Events(int count) => [.. Enumerable.Range(0, count).Select(i => Event($$$"""{"id":"{{{i}}}","source":"visits","type":"v","entity":{"member_id":{{{i % 10}}}},"time":"2025-06-01T11:00:00Z","data":{"spent":{{{i}}}}}"""))];

    public static PagedEvent Event(string json)
    {
        using var records = new EventRecordBuffer();
        Assert.True(records.TryAddJson(Encoding.UTF8.GetBytes(json), EventLimits.Default, FeatureStage.Micros(Now), out var rejection), rejection?.ToString());
        return new PagedEvent("", 0, 0, records.Bytes.ToArray());
    }

    public Task StepAsync() => Ingestor.StepAsync(TestContext.Current.CancellationToken);

    /// <summary>As a crash does: nothing that is not on the disk survives, then the loop starts on what is.</summary>
    public void Crash()
    {
        Disk.FailNow(DiskFault.CutOff);
        Table.Dispose();
        Start();
    }

    /// <summary>(Sum, count) over all members.</summary>
    public (long Spent, long Count) Totals()
    {
        var store = new OnlineStore(Table, new FeatureOptions(), Time);
        Assert.True(FeatureReadPlan.TryCreate(_catalog.Current, ["day:spent_30d", "hours:count_30d"], "features", out var plan, out var error), error);
        var rows = new EntityRows();
        rows.AddColumn("member_id");
        for (var i = 0L; i < 10; i++) rows.Add(FeatureValue.Of(i));
        var block = new FeatureBlock();
        Assert.Null(store.Read(plan!, rows, block));
        return (Enumerable.Range(0, 10).Sum(r => block.Value(0, r).AsInt64), Enumerable.Range(0, 10).Sum(r => block.Value(1, r).AsInt64));
    }

    public void Dispose()
    {
        Table.Dispose();
        _folder.Dispose();
    }

    private void Start()
    {
        Disk = new FaultyDevice(new LocalDevice());
        var store = FasterTable.Open(new StoreOptions { Folder = _folder["store"], MemoryBytes = 8 << 20, PageBytes = 1 << 16, SegmentBytes = 1 << 20 }, Disk, Time);
        Table = store.Table;
        Source = new ScriptedEventSource(_events, _pageSize);
        Statistics = new IngestStatistics();
        Ingestor = new FeatureIngestor(
            Source, Table, _catalog, Letters, new IngestOptions { CheckpointInterval = TimeSpan.FromSeconds(5) }, Statistics, new StreamProgress(0), Time, NullLogger<FeatureIngestor>.Instance);
        var positions = new StreamPositions();
        if (store.Position is not null) Assert.True(StreamPositions.TryParse(store.Position, out positions!));
        Assert.True(Ingestor.StartAsync(positions, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }
}

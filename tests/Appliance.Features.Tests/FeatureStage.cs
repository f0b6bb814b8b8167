using System.Text;
using Appliance.Features.Ingest;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using Appliance.Features.Store;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Events;
using FeatureModel.Values;
using TestKit;

namespace Appliance.Features.Tests;

/// <summary>Definitions, a store on real files and the applier of events, without journal or loop: events go straight in, features come straight out.</summary>
internal sealed class FeatureStage : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FeatureRegistry _registry;
    private readonly EventApplier _applier;
    private readonly FeatureBlock _block = new();
    private long _position;

    public FeatureStage(string definitions, DateTimeOffset now)
    {
        Time = new ManualTime(now);
        _registry = FeatureRegistry.Open(_folder["registry"], Time, FeatureRules.All);
        Define(definitions);
        Table = FasterTable.Open(new StoreOptions { Folder = _folder["store"], MemoryBytes = 8 << 20, PageBytes = 1 << 16, SegmentBytes = 1 << 20 }, Time).Table;
        _applier = new EventApplier(Table, new IngestOptions(), Freshness);
        Store = new OnlineStore(Table, new FeatureOptions { MaxEntities = 100 }, Time);
    }

    public ManualTime Time { get; }

    public FasterTable Table { get; }

    public OnlineStore Store { get; }

    public FeatureCatalog Catalog { get; private set; } = FeatureCatalog.Empty;

    public FreshnessStatistics Freshness { get; } = new();

    public StreamPositions Positions { get; } = new();

    /// <summary>Why the last event was refused.</summary>
    public (RefusalReason Reason, string Text) Refusal => (_applier.Reason, _applier.Refusal);

    public void Define(string json)
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(json), "test");
        Assert.Empty(read.Errors);
        var result = _registry.Apply(read.Definitions, ApplyMode.Replace, new RegistryRequest("test", "test"), []);
        Assert.True(result.Outcome is RegistryOutcome.Applied, result.Message);
        Catalog = CatalogBuilder.Build(_registry.State);
    }

    /// <summary>Applies an event that is read now.</summary>
    public IngestOutcome Send(string json) => Send(Paged(json));

    /// <summary>Applies an event that must be taken.</summary>
    public void Take(string json) => Assert.True(Send(json) == IngestOutcome.Applied, _applier.Refusal);

    public IngestOutcome Send(in PagedEvent paged) => _applier.Apply(Catalog, paged, Positions);

    public PagedEvent Paged(string json)
    {
        using var records = new EventRecordBuffer();
        Assert.True(records.TryAddJson(Encoding.UTF8.GetBytes(json), EventLimits.Default, Micros(Time.GetUtcNow()), out var rejection), rejection?.ToString());
        return new PagedEvent("p", _position, ++_position, records.Bytes.ToArray());
    }

    /// <summary>Reads features of entities given by one join key.</summary>
    public FeatureBlock Read(string[] features, string key, params FeatureValue[] entities)
    {
        var rows = new EntityRows();
        rows.AddColumn(key);
        foreach (var entity in entities) rows.Add(entity);
        Assert.Null(Read(features, rows));
        return _block;
    }

    /// <summary>Reads into the stage's block; null, or why not.</summary>
    public string? Read(string[] features, EntityRows rows) =>
        FeatureReadPlan.TryCreate(Catalog, features, "features", out var plan, out var error) ? Store.Read(plan, rows, _block) : error;

    public void Dispose()
    {
        Table.Dispose();
        _registry.Dispose();
        _folder.Dispose();
    }

    public static long Micros(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}

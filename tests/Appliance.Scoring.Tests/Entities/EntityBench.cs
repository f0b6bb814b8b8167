using System.Buffers.Binary;
using System.Text;
using Appliance.Features.Sampling;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Features;
using Contracts;
using TestKit;

namespace Appliance.Scoring.Tests.Entities;

/// <summary>Writes rows with entities for the shop's model, over features on a temporary folder, and looks at what comes of them.</summary>
internal sealed class EntityBench : IAsyncDisposable
{
    private readonly TestModels _models;
    private readonly FeatureRowWriter _writer = new();
    private BatchEntry? _entry;

    public EntityBench(ModelManifest? manifest = null, ModelSignature? signature = null, bool featuresOn = true, SamplingOptions? sampling = null)
    {
        _models = new TestModels(Time);
        signature ??= ShopFeatures.Signature();
        Served = _models.Serve(ShopFeatures.Model, 1, signature, ShopFeatures.Instance(signature), manifest ?? ShopFeatures.Manifest());
        Features = new TestFeatures(Time, sampling);
        Stored = new StoredFeatures(featuresOn ? Features.Platform : null, Time);
        Binding = FeatureBinding.Of(Served);
        Assert.Null(Binding.Refusal);
    }

    public static DateTimeOffset Noon { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public ManualTime Time { get; } = new(Noon);

    public TestFeatures Features { get; }

    public StoredFeatures Stored { get; }

    public ServingModel Served { get; }

    public FeatureBinding Binding { get; }

    public BatchEntry Entry => _entry!;

    public EntityBinding? Service => Stored.BindingOf(Served, Binding);

    /// <summary>Writes rows, all of one request; false when one was refused.</summary>
    public bool Write(params EntityRow[] rows)
    {
        if (_entry is not null) _models.Pipeline.Return(_entry);
        Assert.True(_models.Pipeline.TryRent(out _entry));
        Entry.ModelName = Encoding.UTF8.GetBytes(ShopFeatures.Model);
        Assert.Equal(ScoreStatus.Ok, _models.Pipeline.TryAcquire(Entry));
        _writer.Begin(Binding, Entry, RowPath.Rows, Stored, explain: true);
        var written = rows.All(r => r.Write(_writer)) && _writer.Finish() == ScoreStatus.Ok;
        Explanation = written ? _writer.Explain() : null;
        _writer.TryReset();
        Entry.Unlease();
        return written;
    }

    public FeatureExplanation? Explanation { get; private set; }

    /// <summary>Writes rows that must be refused, and returns how.</summary>
    public (ScoreStatus Status, string Error, string? Field) Refused(params EntityRow[] rows)
    {
        Assert.False(Write(rows));
        return (Entry.Status, Entry.Error!, Entry.ErrorField);
    }

    /// <summary>The rows that the graph would get: dearest, spent_by_age, age and city.</summary>
    public (float Dearest, float SpentByAge, long Age, string City)[] Rows()
    {
        var x = Entry.Inputs[0].Content.Span;
        var ages = Entry.Inputs[1].Content.Span;
        var cities = Entry.Inputs[2].Content.Span;
        var rows = new (float, float, long, string)[ages.Length / sizeof(long)];
        for (var i = 0; i < rows.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(cities);
            rows[i] = (
                BinaryPrimitives.ReadSingleLittleEndian(x[(i * 8)..]),
                BinaryPrimitives.ReadSingleLittleEndian(x[(i * 8 + 4)..]),
                BinaryPrimitives.ReadInt64LittleEndian(ages[(i * sizeof(long))..]),
                Encoding.UTF8.GetString(cities.Slice(4, length)));
            cities = cities[(4 + length)..];
        }
        return rows;
    }

    /// <summary>Where the features of a row came from, in the model's order.</summary>
    public FeatureSource[] Sources(int row) => [.. Enumerable.Range(0, Binding.Features.Length).Select(i => Explanation!.Of(row, i).Source)];

    public Task ApplyAsync(params string[] events) => Features.ApplyAsync(TestContext.Current.CancellationToken, events);

    public ValueTask DisposeAsync()
    {
        if (_entry is not null) _models.Pipeline.Return(_entry);
        return Features.DisposeAsync();
    }
}

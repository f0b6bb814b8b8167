using System.Text;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using Appliance.Features.Sampling;
using Appliance.Features.Verification;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Features;
using FeatureModel;
using FeatureModel.Definitions;
using TestKit;
using FeatureBinding = Appliance.Scoring.Features.FeatureBinding;

namespace Appliance.Scoring.Tests.Samples;

/// <summary>Scores sample members by their ids, keeps every row, and replays it. Its features can be closed and opened again.</summary>
internal sealed class MemberBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestModels _models;
    private readonly FeatureRowWriter _writer = new();
    private readonly ServingModel _served;
    private readonly FeatureBinding _binding;
    private StoredFeatures _stored = null!;

    public MemberBench(DateTimeOffset start)
    {
        Time = new ManualTime(start);
        _models = new TestModels(Time);
        var signature = MemberModel.Signature();
        _served = _models.Serve(MemberModel.Name, 1, signature, MemberModel.Instance(signature), MemberModel.Manifest());
        _binding = FeatureBinding.Of(_served);
        Assert.Null(_binding.Refusal);
        Open();
        Features.Define(MemberModel.Definitions);
        // What was defined is surely applied by from a second later on.
        Time.Advance(TimeSpan.FromSeconds(2));
    }

    public ManualTime Time { get; }

    public TestFeatures Features { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Ends without a checkpoint, or with one, and begins again from the disk.</summary>
    public async Task RestartAsync(bool flush)
    {
        if (flush) await Features.FlushAsync();
        // Samples that were given out by then are on the disk.
        await Features.VerifyAsync(Stop);
        await Features.DisposeAsync();
        Open();
        await Features.CatchUpAsync(Stop);
    }

    public void MoveTo(DateTimeOffset time)
    {
        if (time > Time.GetUtcNow()) Time.Advance(time - Time.GetUtcNow());
    }

    /// <summary>Serves other definitions than are registered, as a fault in compiling them would.</summary>
    public void ServeWrongly(string definitions)
    {
        using var folder = new TemporaryFolder();
        using var registry = FeatureRegistry.Open(folder["registry"], Time, FeatureRules.All);
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(definitions), "test");
        Assert.Empty(read.Errors);
        Assert.True(registry.Apply(read.Definitions, ApplyMode.Replace, new RegistryRequest("test", "test"), []).Succeeded);
        Features.Platform.Catalog.Replace(CatalogBuilder.Build(registry.State));
        _served.EntityBinding = null;
    }

    /// <summary>Scores members as one request.</summary>
    public void Score(params long[] members)
    {
        Assert.True(_models.Pipeline.TryRent(out var entry));
        entry!.ModelName = Encoding.UTF8.GetBytes(MemberModel.Name);
        Assert.Equal(ScoreStatus.Ok, _models.Pipeline.TryAcquire(entry));
        _writer.Begin(_binding, entry, RowPath.Rows, _stored, explain: false);
        foreach (var member in members)
        {
            Assert.True(_writer.BeginRow() && _writer.Entity.Begin() && _writer.Entity.Select("member_id"u8) && _writer.Entity.SetInteger(member) && _writer.EndRow(), entry.Error);
        }
        Assert.True(_writer.Finish() == ScoreStatus.Ok, entry.Error);
        _writer.TryReset();
        entry.Unlease();
        _models.Pipeline.Return(entry);
    }

    public Task<VerificationReport> VerifyAsync() => Features.VerifyAsync(Stop);

    public async ValueTask DisposeAsync()
    {
        await Features.DisposeAsync();
        _folder.Dispose();
    }

    private void Open()
    {
        Features = new TestFeatures(Time, new SamplingOptions { Rate = 1, QueueSamples = 100_000 }, _folder["features"]);
        _stored = new StoredFeatures(Features.Platform, Time);
        _served.EntityBinding = null;
    }
}

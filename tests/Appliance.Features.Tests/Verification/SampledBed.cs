using Appliance.Features.Reading;
using Appliance.Features.Sampling;
using Appliance.Features.Verification;
using FeatureModel.Definitions;
using FeatureModel.Values;
using TestKit;

namespace Appliance.Features.Tests.Verification;

/// <summary>Events go in, what is read is kept as samples, and those are verified. Views have the one join key id.</summary>
internal sealed class SampledBed(DateTimeOffset now) : IAsyncDisposable
{
    private readonly FeatureBlock _block = new();
    private TestFeatures? _features;

    public ManualTime Time { get; } = new(now);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestFeatures Features => _features ??= new TestFeatures(Time, new SamplingOptions { Rate = 1 });

    public void Define(string json) => Features.Define(json);

    /// <summary>Brings events in, refused ones or not.</summary>
    public async Task ApplyAsync(params string[] events)
    {
        await Features.AppendAsync(Stop, events);
        await Features.CatchUpAsync(Stop);
    }

    /// <summary>Reads features of an entity and keeps a sample of it.</summary>
    public void Serve(long id, params string[] features)
    {
        var platform = Features.Platform;
        var from = platform.Samples.Progress.Completed;
        Assert.True(FeatureReadPlan.TryCreate(platform.Catalog.Current, features, "features", out var plan, out var error), error);
        var rows = new EntityRows();
        rows.AddColumn("id");
        rows.Add(FeatureValue.Of(id));
        Assert.Null(platform.Store.Read(plan, rows, _block));
        platform.Samples.Offer(new ServedSample
        {
            Model = "any", ModelVersion = 1, Service = "all", ServiceVersion = 1, Revision = platform.Catalog.Current.Revision, ReadAt = _block.Now,
            From = from, To = platform.Samples.Progress.Started, Columns = [new SampledColumn("id", IsKey: true, FeatureValue.Of(id))],
            Values = [.. features.Select(Sampled)],
        });
        platform.WriteSamples();
    }

    public Task<VerificationReport> VerifyAsync() => Features.VerifyAsync(Stop);

    public ValueTask DisposeAsync() => _features?.DisposeAsync() ?? ValueTask.CompletedTask;

    private SampledValue Sampled(string feature, int output)
    {
        var value = _block.Value(output, 0);
        Assert.True(FeatureReference.TryParse(feature, out var reference));
        if (value.IsNull) return new SampledValue(feature, DefaultValue.Of(Features.Platform.Registry.State.Catalog.Feature(reference)!), SampledSource.Defaulted, 0);
        return new SampledValue(feature, value, IsStale(reference.View) ? SampledSource.Stale : SampledSource.Stored, 0);
    }

    private bool IsStale(string view)
    {
        var inputs = Features.Platform.Registry.State.Catalog.View(view)!.Inputs;
        return _block.Plan.ViewReads.Where((r, i) => (r.View.Name == view || inputs.Contains(r.View.Name)) && _block.Stored(i, 0).Status == FeatureStatus.OutsideMaxAge).Any();
    }
}

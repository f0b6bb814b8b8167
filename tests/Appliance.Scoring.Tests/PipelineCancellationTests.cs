using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Features;
using TestKit;

namespace Appliance.Scoring.Tests;

public sealed class PipelineCancellationTests
{
    [Fact]
    public async Task A_request_that_waits_ends_as_cancelled_and_gives_its_lease_back()
    {
        var models = new TestModels(TimeProvider.System);
        var signature = KocPotential.Signature();
        using var started = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var instance = KocPotential.Instance(signature);
        instance.OnRun = () =>
        {
            started.Release();
            goOn.Wait(TestContext.Current.CancellationToken);
        };
        var model = models.Serve(KocPotential.Name, 1, signature, instance, KocPotential.Manifest());
        var first = Task.Run(() => Submit(models, CancellationToken.None));
        await started.WaitAsync(TestContext.Current.CancellationToken);
        using var cancelled = new CancellationTokenSource();
        var second = Submit(models, cancelled.Token);
        Assert.False(second.IsCompleted);
        Assert.Equal(2, model.Leases);
        await cancelled.CancelAsync();
        Assert.Equal(ScoreStatus.Cancelled, await second.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(1, model.Leases);
        goOn.Release();
        Assert.Equal(ScoreStatus.Ok, await first);
        Assert.Equal(0, model.Leases);
        Assert.Equal(1, instance.Runs);
        Assert.Equal(1, model.Statistics.FailedWith(ScoreStatus.Cancelled));
    }

    [Fact]
    public async Task A_cancellation_that_comes_after_the_answer_does_not_touch_the_next_request_in_the_slot()
    {
        var models = new TestModels(TimeProvider.System);
        var signature = KocPotential.Signature();
        models.Serve(KocPotential.Name, 1, signature, KocPotential.Instance(signature), KocPotential.Manifest(), gathers: true);
        for (var i = 0; i < 2000; i++)
        {
            using var cancelled = new CancellationTokenSource();
            var status = Submit(models, cancelled.Token);
            await cancelled.CancelAsync();
            Assert.True(await status is ScoreStatus.Ok or ScoreStatus.Cancelled);
            Assert.Equal(ScoreStatus.Ok, await Submit(models, CancellationToken.None));
        }
    }

    private static async Task<ScoreStatus> Submit(TestModels models, CancellationToken cancellation)
    {
        Assert.True(models.Pipeline.TryRent(out var entry));
        try
        {
            Fill(models, entry);
            return await models.Pipeline.SubmitAsync(entry, cancellation);
        }
        finally
        {
            models.Pipeline.Return(entry);
        }
    }

    private static void Fill(TestModels models, BatchEntry entry)
    {
        entry.ModelName = "koc-potential"u8.ToArray();
        Assert.Equal(ScoreStatus.Ok, models.Pipeline.TryAcquire(entry));
        var writer = new FeatureRowWriter();
        writer.Begin(FeatureBinding.Of(entry.Model!), entry, RowPath.Single);
        Assert.True(writer.BeginRow() && writer.Select("consumption_amount"u8) && writer.SetNumber(500) && writer.Select("share_count"u8) && writer.SetInteger(10) && writer.EndRow());
        Assert.Equal(ScoreStatus.Ok, writer.Finish());
    }
}

using Appliance.Features.Sampling;
using Appliance.Features.Verification;
using FeatureModel.Values;

namespace Appliance.Host.Tests.Features;

/// <summary>A host with a user's score in the store, and samples of it that a test makes up.</summary>
internal static class VerificationHost
{
    public static async Task<FeatureHost> StartAsync()
    {
        var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", """{"user_id":[7],"score":[1.5],"a_string":["x"],"event_timestamp":["2025-01-30T12:00:00Z"]}""", 1);
        return host;
    }

    /// <summary>Keeps a sample of a served score of that user.</summary>
    public static async Task SampleAsync(this FeatureHost host, double served)
    {
        var position = host.Platform.Samples.Progress.Completed;
        host.Platform.Samples.Offer(new ServedSample
        {
            Model = "ranker", ModelVersion = 1, Service = "scores", ServiceVersion = 1, Revision = 1,
            ReadAt = (FeatureHost.Now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, From = position, To = position,
            Columns = [new SampledColumn("user_id", true, FeatureValue.Of(7L))],
            Values = [new SampledValue("score:score", FeatureValue.Of(served), SampledSource.Stored, 0), new SampledValue("twice:twice", FeatureValue.Of(3.0), SampledSource.Stored, 0)],
        });
        host.Platform.WriteSamples();
        await host.Platform.Journal.WaitDurableAsync(host.Platform.Journal.EndPosition - 1, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for the run that was begun.</summary>
    public static async Task<VerificationRun> EndedAsync(this FeatureHost host)
    {
        var run = host.Platform.Verification.Current!;
        await run.Completion.WaitAsync(TestContext.Current.CancellationToken);
        return run;
    }
}

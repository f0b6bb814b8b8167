using EndToEnd.Tests.Processes;
using Grpc.Core;

namespace EndToEnd.Tests.Metrics;

/// <summary>What a scrape shows of requests that wait, and of those for which there is no room.</summary>
public sealed class QueueMetricsTests(SlowAppliance slow) : IClassFixture<SlowAppliance>
{
    [Fact]
    public async Task Waiting_requests_are_seen_with_the_age_of_the_oldest_and_refusals_by_their_reason()
    {
        var appliance = await slow.StartedAsync();
        var accepted = await slow.FillAsync();
        var full = await MetricsPage.ReadAsync(appliance);
        Assert.Equal(SlowAppliance.QueueLimit, Of(full, "nv_inference_pending_request_count"));
        Assert.True(Of(full, "appliance_queue_oldest_age_seconds") > 0);
        Assert.Equal(SlowAppliance.QueueLimit + 1, Of(full, "appliance_model_leases"));
        Assert.Equal(SlowAppliance.QueueLimit + 1, full.Value("appliance_requests_inside"));

        var refusal = await appliance.RefusalAsync(SlowAppliance.Request());
        Assert.Equal((StatusCode.Unavailable, "Exceeds maximum queue size"), (refusal.StatusCode, refusal.Detail));
        await Task.WhenAll(accepted);

        var late = await ApplianceCalls.RefusalAsync(LateAsync);
        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        await Eventually.BecomesTrueAsync(
            async () => Of(await MetricsPage.ReadAsync(appliance), "appliance_model_leases") == 0, TimeSpan.FromSeconds(20), "every lease is back");

        var after = await MetricsPage.ReadAsync(appliance);
        Assert.Equal(1, Of(after, "appliance_requests_refused_total", ("reason", "queue_full")));
        Assert.Equal(0, Of(after, "nv_inference_pending_request_count"));
        Assert.Equal(0, Of(after, "appliance_queue_oldest_age_seconds"));
        Assert.Equal(0, after.Value("appliance_requests_inside"));
        // The one that found the queue full, and perhaps the late one: its caller may have hung up before its deadline was seen here.
        var late1 = Of(after, "appliance_requests_refused_total", ("reason", "deadline"));
        Assert.Equal(1 + late1, Of(after, "nv_inference_request_failure", ("reason", "REJECTED")));
        Assert.Equal(1 - late1, Of(after, "nv_inference_request_failure", ("reason", "CANCELED")));
    }

    /// <summary>A request that waits behind a running one for longer than it has.</summary>
    private async Task LateAsync()
    {
        var appliance = await slow.StartedAsync();
        var running = await slow.SendAsync();
        try
        {
            await appliance.Inference.ModelInferAsync(SlowAppliance.Request(), deadline: DateTime.UtcNow.AddMilliseconds(50));
        }
        finally
        {
            await running;
        }
    }

    private static double? Of(MetricsPage page, string name, params (string Label, string Value)[] labels) => page.Value(name, [("model", "slow"), .. labels]);
}

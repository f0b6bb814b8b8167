using System.Text.Json;
using Contracts.Inference;
using EndToEnd.Tests.Metrics;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Grpc;

/// <summary>What a configuration asks of the dynamic batcher is what the published binary does. Where it lets requests wait, it does so for a minute: only what ends the wait answers in time.</summary>
public sealed class SchedulingTests(LoadingAppliance loading) : IClassFixture<LoadingAppliance>
{
    private static readonly byte[] Model = OnnxModels.Scale(2);

    [Fact]
    public Task Requests_that_make_a_preferred_size_run_together_at_once() => WithAsync(
        "preferred_batch_size: [ 4 ] max_queue_delay_microseconds: 60000000",
        async (appliance, model) =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => appliance.OutputsAsync(Request(model, i))));
            for (var i = 0; i < answers.Length; i++) Assert.Equal([2f * i, 2, 4, 6], Assert.Single(answers[i]).As<float>());
            var statistics = await appliance.StatisticsAsync(model);
            Assert.Equal((1ul, 4ul), (statistics.ExecutionCount, statistics.InferenceCount));
            Assert.Equal(4ul, Assert.Single(statistics.BatchStats).BatchSize);
        });

    [Fact]
    public Task A_request_waits_for_others_for_as_long_as_the_queue_delay_says() => WithAsync(
        "max_queue_delay_microseconds: 200",
        async (appliance, model) =>
        {
            for (var i = 0; i < 20; i++) await appliance.InferAsync(Request(model));
            using var reply = await appliance.Http.GetAsync($"/v2/models/{model}/batches", TestContext.Current.CancellationToken);
            var batches = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
            Assert.Equal(20, batches.GetProperty("closed_by").GetProperty("queue_delay").GetInt32());
        });

    [Fact]
    public Task A_request_that_waited_for_longer_than_its_queue_lets_it_is_rejected() => WithAsync(
        "max_queue_delay_microseconds: 60000000 default_queue_policy { default_timeout_microseconds: 1000 }",
        async (appliance, model) =>
        {
            var refusal = await appliance.RefusalAsync(Request(model));
            Assert.Equal((StatusCode.Unavailable, "Request timeout expired"), (refusal.StatusCode, refusal.Detail));
        });

    [Fact]
    public Task A_request_may_ask_for_a_shorter_timeout_where_it_is_allowed_to() => WithAsync(
        "max_queue_delay_microseconds: 60000000 default_queue_policy { default_timeout_microseconds: 60000000 allow_timeout_override: true }",
        async (appliance, model) =>
        {
            var request = Request(model);
            request.Parameters["timeout"] = new InferParameter { Int64Param = 1000 };
            Assert.Equal("Request timeout expired", (await appliance.RefusalAsync(request)).Detail);
        });

    [Fact]
    public Task Each_priority_has_a_queue_of_its_own() => WithAsync(
        """
        preferred_batch_size: [ 3 ] max_queue_delay_microseconds: 60000000 priority_levels: 2 default_priority_level: 2
        priority_queue_policy { key: 1 value { max_queue_size: 1 } }
        """,
        async (appliance, model) =>
        {
            var first = appliance.InferAsync(Request(model, priority: 1));
            await Eventually.BecomesTrueAsync(
                async () => (await MetricsPage.ReadAsync(appliance)).Value("nv_inference_pending_request_count", ("model", model)) == 1,
                TimeSpan.FromSeconds(20), "the request waits");
            var refusal = await appliance.RefusalAsync(Request(model, priority: 1));
            Assert.Equal((StatusCode.Unavailable, "Exceeds maximum queue size"), (refusal.StatusCode, refusal.Detail));
            // Without one of its own, and with one that there is not, a request has the default priority.
            await Task.WhenAll(first, appliance.InferAsync(Request(model)), appliance.InferAsync(Request(model, priority: 7)));
            Assert.Equal(1ul, (await appliance.StatisticsAsync(model)).ExecutionCount);
        });

    [Fact]
    public Task Ordered_answers_are_all_answered() => WithAsync(
        "preserve_ordering: true",
        async (appliance, model) =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => appliance.OutputsAsync(Request(model, i))));
            for (var i = 0; i < answers.Length; i++) Assert.Equal(2f * i, Assert.Single(answers[i]).As<float>()[0]);
        });

    private async Task WithAsync(string batching, Func<ApplianceProcess, string, Task> test)
    {
        var appliance = await loading.StartedAsync();
        var config = $"max_batch_size: 8 instance_group [ {{ count: 2 kind: KIND_CPU }} ] dynamic_batching {{ {batching} }}";
        Assert.Null(await loading.TryModelAsync(Model, config, model => test(appliance, model)));
        await loading.IsUnharmedAsync();
    }

    private static ModelInferRequest Request(string model, float value = 0, long priority = 0)
    {
        var request = InferMessages.Raw(model, TensorValue.OfFloats(OnnxModels.Input, [1, 4], value, 1, 2, 3));
        if (priority > 0) request.Parameters["priority"] = new InferParameter { Int64Param = priority };
        return request;
    }
}

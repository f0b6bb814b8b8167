using System.Net;
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

/// <summary>Requests that wait behind a run that the test holds.</summary>
public sealed class InferWaitTests
{
    private const string Request = """{"inputs":[{"name":"IN","shape":[1,2],"datatype":"FP32","data":[1,2]}]PARAMETERS}""";

    [Fact]
    public async Task A_caller_that_hangs_up_leaves_the_queue_and_its_request_never_runs()
    {
        using var held = new ManualResetEventSlim();
        await using var host = await RestHost.StartAsync();
        var (model, running) = await OccupyAsync(host, held);
        using var hangUp = new CancellationTokenSource();
        var waiting = PostAsync(host, "", hangUp.Token);
        WaitForQueue(model, depth: 1);

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(499, await host.NextFinishedAsync());
        Assert.Equal(1, model.Statistics.FailedWith(ScoreStatus.Cancelled));
        held.Set();
        Assert.Equal(HttpStatusCode.OK, (await running).StatusCode);
        Assert.Equal(1, model.Statistics.ExecutionCount);
    }

    [Fact]
    public async Task A_queue_timeout_answers_503_while_the_run_ahead_still_runs()
    {
        using var held = new ManualResetEventSlim();
        await using var host = await RestHost.StartAsync();
        var (model, running) = await OccupyAsync(host, held);
        var waiting = PostAsync(host, ""","parameters":{"timeout":1}""", CancellationToken.None);
        WaitForQueue(model, depth: 1);

        model.Batcher.ExpireOverdue();

        var response = await waiting;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("""{"error":"Request timeout expired"}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(running.IsCompleted);
        held.Set();
        await running;
    }

    [Fact]
    public async Task Requests_that_waited_together_run_together_and_the_batches_page_says_why()
    {
        using var held = new ManualResetEventSlim();
        await using var host = await RestHost.StartAsync();
        var (model, running) = await OccupyAsync(host, held);
        var waiting = Enumerable.Range(0, 3).Select(_ => PostAsync(host, "", CancellationToken.None)).ToArray();
        WaitForQueue(model, depth: 3);

        var (_, before) = await host.GetAsync("/v2/models/held/batches");
        held.Set();
        await Task.WhenAll(waiting.Append(running));
        var (_, after) = await host.GetAsync("/v2/models/held/batches");

        Assert.Equal(3, before.GetProperty("queue").GetProperty("depth").GetInt32());
        Assert.True(before.GetProperty("queue").GetProperty("oldest_us").GetDouble() > 0);
        Assert.Equal(0, after.GetProperty("queue").GetProperty("depth").GetInt32());
        Assert.Equal(0, after.GetProperty("queue").GetProperty("oldest_us").GetDouble());
        Assert.Equal(2, after.GetProperty("batches").GetInt32());
        Assert.Equal(4, after.GetProperty("rows").GetInt32());
        Assert.Equal(2, after.GetProperty("mean_rows").GetDouble());
        Assert.Equal(2, after.GetProperty("closed_by").GetProperty("instance_free").GetInt32());
        Assert.Equal([1, 3], after.GetProperty("by_rows").EnumerateArray().Select(r => r.GetProperty("rows").GetInt32()));
    }

    /// <summary>Deploys model "held" and sends it a request, which runs until the test lets go.</summary>
    private static async Task<(ServingModel Model, Task<HttpResponseMessage> Running)> OccupyAsync(RestHost host, ManualResetEventSlim held)
    {
        var signature = Signatures.Echo(Datatype.FP32, [2]);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var echo = ScriptedModelInstance.Echo(signature);
        var model = host.Deploy(new ScriptedModel("held", signature, inputs =>
        {
            entered.TrySetResult();
            held.Wait();
            return echo(inputs);
        })
        { RunsInline = false });
        var running = PostAsync(host, "", CancellationToken.None);
        await entered.Task.WaitAsync(TestContext.Current.CancellationToken);
        return (model, running);
    }

    private static Task<HttpResponseMessage> PostAsync(RestHost host, string parameters, CancellationToken cancellation) => host.Client.PostAsync(
        "/v2/models/held/infer", new StringContent(Request.Replace("PARAMETERS", parameters), Encoding.UTF8, "application/json"), cancellation);

    private static void WaitForQueue(ServingModel model, int depth) =>
        Assert.True(SpinWait.SpinUntil(() => model.Batcher.Queue.Count == depth, TimeSpan.FromSeconds(30)), $"the queue never held {depth}");
}

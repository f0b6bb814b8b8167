using System.Net;
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

/// <summary>What becomes of requests whose callers say how long they wait.</summary>
public sealed class InferDeadlineTests
{
    private const string Request = """{"inputs":[{"name":"IN","shape":[1,2],"datatype":"FP32","data":[1,2]}]}""";

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_request_that_could_not_be_answered_in_time_is_answered_429_with_a_hint()
    {
        using var held = new ManualResetEventSlim(initialState: true);
        using var entered = new SemaphoreSlim(0);
        await using var host = await RestHost.StartAsync(time: _time);
        var signature = Signatures.Echo(Datatype.FP32, [2]);
        var echo = ScriptedModelInstance.Echo(signature);
        var model = host.Deploy(new ScriptedModel("m", signature, inputs =>
        {
            entered.Release();
            held.Wait();
            _time.Advance(TimeSpan.FromSeconds(1));
            return echo(inputs);
        })
        { RunsInline = false, Time = _time });
        for (var i = 0; i < 24; i++)
        {
            using var answered = await PostAsync(host, null);
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
            await entered.WaitAsync(TestContext.Current.CancellationToken);
        }
        held.Reset();
        var running = PostAsync(host, null);
        await entered.WaitAsync(TestContext.Current.CancellationToken);

        using var refused = await PostAsync(host, "1400");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(("1", "610"), (Field(refused, "retry-after"), Field(refused, "retry-after-ms")));
        Assert.Equal(
            """{"error":"The deadline cannot be met: by the requests before it, its answer would come 610 ms too late"}""",
            await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, model.Statistics.FailedWith(ScoreStatus.Shed));
        var inTime = PostAsync(host, "2012");
        Assert.True(SpinWait.SpinUntil(() => model.Batcher.Queue.Count == 1, TimeSpan.FromSeconds(30)), "the request was not admitted");
        held.Set();
        Assert.Equal(HttpStatusCode.OK, (await running).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await inTime).StatusCode);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("soon")]
    public async Task A_wait_that_is_no_number_of_milliseconds_is_refused(string wait)
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [2])));
        using var refused = await PostAsync(host, wait);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(
            $"{{\"error\":\"header x-envoy-expected-rq-timeout-ms is '{wait}'; it must be a whole number of milliseconds from 1 up\"}}",
            await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string? Field(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : null;

    private static Task<HttpResponseMessage> PostAsync(RestHost host, string? waitsMs)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/m/infer") { Content = new StringContent(Request, Encoding.UTF8, "application/json") };
        if (waitsMs is not null) request.Headers.Add("x-envoy-expected-rq-timeout-ms", waitsMs);
        return host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

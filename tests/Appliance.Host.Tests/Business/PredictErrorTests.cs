using System.Net;
using System.Text.Json;
using Appliance.Host.Rest.Business;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Business;

public sealed class PredictErrorTests
{
    private const string Path = "/api/predict/koc-potential";

    // A request, the message and the field: nothing else may be in the error but the code and the id.
    public static TheoryData<string, string, string?> BadRequests => new()
    {
        { """{"features":{"consumption_amount":1,"share_count":"ten"}}""", "features.share_count is \"ten\"; it must be a number", "features.share_count" },
        { """{"features":{"consumption_amount":1,"share_count":[1]}}""", "features.share_count is an array; it must be a number", "features.share_count" },
        { """{"features":{"consumption_amount":1,"share_count":true}}""", "features.share_count is true; it must be a number", "features.share_count" },
        { """{"features":{"consumption_amount":1,"share_count":1e999}}""", "features.share_count is Infinity; it must be between", "features.share_count" },
        { """{"features":{"consumption_amount":1,"share_count":4e38}}""", "features.share_count is 4E+38; it must be between", "features.share_count" },
        { """{"features":{"consumption_amount":1}}""", "features.share_count is missing; it must be a number", "features.share_count" },
        { """{"features":{"consumption_amount":1,"share_count":1,"share_count":2}}""", "features.share_count is given twice", "features.share_count" },
        { """{"features":{"consumption_amount":1,"sharecount":2}}""", "features.sharecount is not a feature of model 'koc-potential'; did you mean 'share_count'?", "features.sharecount" },
        { """{"features":{"":1}}""", "features. is not a feature of model 'koc-potential'; its features are 'consumption_amount'", "features." },
        { """{"features":{"\ud800":1}}""", "is not a feature of model 'koc-potential'", "features.\\ud800" },
        { """{"features":{"consumption_amount":"\ud800","share_count":1}}""", "features.consumption_amount is not valid Unicode text; it must be a number", "features.consumption_amount" },
        { """[{"features":{"consumption_amount":1,"share_count":1}},{"features":{"consumption_amount":1,"share_count":"x"}}]""", "[1].features.share_count is \"x\"; it must be a number", "[1].features.share_count" },
        { """{"userId":1}""", "features is missing; it must be an object of feature names and values", "features" },
        { """{"features":[1,2]}""", "features is an array; it must be an object of feature names and values", "features" },
        { """{"features":null}""", "features is null; it must be an object", "features" },
        { """{"features":{},"features":{}}""", "features is given twice", "features" },
        { """{"feature":{}}""", "feature is not a member of a request; the members are userId, entity, features, explain, requestId and version", "feature" },
        { """[{"features":{"consumption_amount":1,"share_count":1},"x":1}]""", "[0].x is not a member of a request", "[0].x" },
        { """{"userId":{},"features":{}}""", "userId is an object; it must be a number or a string", "userId" },
        { """{"version":0,"features":{}}""", "version is 0; it must be a whole number from 1", "version" },
        { """{"version":"1","features":{}}""", "version is \"1\"; it must be a whole number from 1", "version" },
        { """{"version":1.5,"features":{}}""", "version is 1.5; it must be a whole number from 1", "version" },
        { """[{"version":1,"features":{}},{"version":2,"features":{}}]""", "[1].version is 2; it must be 1 as in the rows before", "[1].version" },
        { """{"requestId":7,"features":{}}""", "requestId is 7; it must be a string", "requestId" },
        { """{"requestId":"","features":{}}""", "requestId is 0 characters long; it must be 1 to 128", "requestId" },
        { """{"requestId":"\udc00","features":{}}""", "requestId is not valid Unicode; it must be a string", "requestId" },
        { """[{"requestId":"a","features":{}},{"requestId":"b","features":{}}]""", "[1].requestId is another one than in the rows before", "[1].requestId" },
        { """[1]""", "[0] is 1; it must be an object with features", "[0]" },
        { """[]""", "the request holds no row; it must hold 1 to 8", null },
        { "7", "the body is 7; it must be an object with features, or an array of them", null },
        { "", "the body is not JSON that can be read here: ", null },
        { "{", "the body is not JSON that can be read here: ", null },
        { """{"features":{"consumption_amount":1,}}""", "the body is not JSON that can be read here: ", null },
        { """{"features":{}} x""", "the body is not JSON that can be read here: ", null },
        { """{"features":{"a":[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]}}""", "the body is not JSON that can be read here: The maximum configured depth of 16 has been exceeded", null },
    };

    [Theory]
    [MemberData(nameof(BadRequests), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_request_is_told_what_is_wrong_and_where(string request, string message, string? field)
    {
        await using var host = await BusinessHost.StartAsync();
        var instance = host.ServeKoc();
        var (status, body) = await host.PostAsync(Path, request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(400, body.GetProperty("code").GetInt32());
        Assert.Contains(message, body.GetProperty("message").GetString());
        Assert.Equal(field is null ? ["code", "message", "requestId"] : ["code", "message", "field", "requestId"], PredictTests.Names(body));
        if (field is not null) Assert.Equal(field, body.GetProperty("field").GetString());
        Assert.Equal(0, instance.Runs);
    }

    [Fact]
    public async Task A_text_that_is_not_UTF_8_is_refused()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        byte[] body = [.. """{"features":{"consumption_amount":1,"share_count":"""u8, (byte)'"', 0xC3, 0x28, (byte)'"', .. "}}"u8];
        using var response = await host.Http.PostAsync(Path, new ByteArrayContent(body), TestContext.Current.CancellationToken);
        Assert.Equal("features.share_count is not valid UTF-8; it must be a number", (await BusinessHost.ReadAsync(response)).GetProperty("message").GetString());
    }

    [Fact]
    public async Task More_rows_than_the_model_takes_are_refused()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var rows = string.Join(",", Enumerable.Repeat("""{"features":{"consumption_amount":1,"share_count":1}}""", 9));
        var (status, body) = await host.PostAsync(Path, $"[{rows}]");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("more than 8 rows", body.GetProperty("message").GetString());
    }

    [Fact]
    public async Task An_unknown_model_or_version_is_not_found()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var (status, body) = await host.PostAsync("/api/predict/nobody", """{"features":{}}""");
        Assert.Equal((HttpStatusCode.NotFound, 404), (status, body.GetProperty("code").GetInt32()));
        Assert.Equal("Request for unknown model: 'nobody' is not found", body.GetProperty("message").GetString());
        (status, body) = await host.PostAsync(Path, """{"version":9,"features":{}}""");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("Request for unknown model: 'koc-potential' version 9 is not found", body.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_model_with_no_version_to_serve_is_unavailable()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        await host.Models.RetireAsync(host.Models.Directory.GetOrAdd(KocPotential.Name).Find(1)!);
        var (status, body) = await host.PostAsync(Path, """{"features":{}}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("Request for unknown model: 'koc-potential' has no available versions", body.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_model_that_has_no_named_features_says_so()
    {
        await using var host = await BusinessHost.StartAsync();
        var signature = new ModelSignature([new TensorSpec("x", Datatype.FP32, [64], true)], [new TensorSpec("y", Datatype.FP32, [1], true)], 8);
        host.Models.Serve("mlp", 1, signature, new LinearModelInstance(signature, 0));
        foreach (var (status, body) in new[] { await host.PostAsync("/api/predict/mlp", """{"features":{"x":1}}"""), await host.GetAsync("/api/predict/mlp") })
        {
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal("model 'mlp' cannot be scored by name: input 'x' takes 64 values a row and has no named features; describe them in manifest.json", body.GetProperty("message").GetString());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_refused_by_its_size(bool stated)
    {
        await using var host = await BusinessHost.StartAsync(new BusinessOptions { MaxBodyBytes = 2048 });
        host.ServeKoc();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(new byte[2049]) };
        request.Headers.TransferEncodingChunked = !stated;
        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        var body = await BusinessHost.ReadAsync(response);
        Assert.Equal(413, body.GetProperty("code").GetInt32());
        Assert.Equal("the request body is larger than the 2048 bytes that Business:MaxBodyBytes allows", body.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_failing_runtime_is_an_error_of_the_server_for_that_request_alone()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc().Faults = v => v == 13;
        var (status, body) = await host.PostAsync(Path, """{"features":{"consumption_amount":13,"share_count":1}}""");
        Assert.Equal((HttpStatusCode.InternalServerError, 500), (status, body.GetProperty("code").GetInt32()));
        Assert.Equal("the value 13 cannot be scored", body.GetProperty("message").GetString());
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(Path, """{"features":{"consumption_amount":12,"share_count":1}}""")).Status);
    }

    [Fact]
    public async Task A_full_queue_and_a_full_appliance_are_unavailable()
    {
        await using var host = await BusinessHost.StartAsync(maxConcurrentRequests: 2);
        using var running = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var request = """{"features":{"consumption_amount":1,"share_count":1}}""";
        host.ServeKoc(maxQueueSize: 0).OnRun = () =>
        {
            running.Release();
            goOn.Wait(TestContext.Current.CancellationToken);
        };
        var first = host.PostAsync(Path, request);
        await running.WaitAsync(TestContext.Current.CancellationToken);
        var (status, body) = await host.PostAsync(Path, request);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Exceeds maximum queue size"), (status, body.GetProperty("message").GetString()));
        Assert.True(host.Models.Gate.TryEnter());
        (status, body) = await host.PostAsync(Path, request);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Exceeds maximum number of concurrent requests"), (status, body.GetProperty("message").GetString()));
        host.Models.Gate.Leave();
        goOn.Release();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
    }

    [Fact]
    public async Task A_waiting_request_whose_caller_hangs_up_leaves_the_queue_while_the_instance_is_still_busy()
    {
        await using var host = await BusinessHost.StartAsync();
        using var running = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        using var hangUp = new CancellationTokenSource();
        const string request = """{"features":{"consumption_amount":1,"share_count":1}}""";
        host.ServeKoc(gathers: true).OnRun = () =>
        {
            running.Release();
            goOn.Wait(TestContext.Current.CancellationToken);
        };
        var model = host.Models.Directory.GetOrAdd(KocPotential.Name).Find(1)!;
        var first = host.PostAsync(Path, request);
        await running.WaitAsync(TestContext.Current.CancellationToken);
        var second = host.Http.PostAsync(Path, new StringContent(request), hangUp.Token);
        Assert.True(SpinWait.SpinUntil(() => model.Batcher.Queue.Count == 1, TimeSpan.FromSeconds(30)), "the request does not arrive");
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.True(SpinWait.SpinUntil(() => model.Batcher.Queue.Count == 0, TimeSpan.FromSeconds(30)), "the request still waits");
        Assert.Equal(1, model.Statistics.FailedWith(Appliance.Inference.ScoreStatus.Cancelled));
        goOn.Release();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
    }

    [Theory]
    [InlineData("PUT", "/api/predict/koc-potential", 405)]
    [InlineData("DELETE", "/api/models", 405)]
    [InlineData("GET", "/api/models/koc-potential/pin", 405)]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("POST", "/api/predict", 404)]
    public async Task Calls_that_do_not_exist_are_answered_in_the_envelope(string method, string path, int code)
    {
        await using var host = await BusinessHost.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(code, (int)response.StatusCode);
        Assert.Equal(code, (await BusinessHost.ReadAsync(response)).GetProperty("code").GetInt32());
        if (code == 405) Assert.NotEmpty(response.Content.Headers.Allow);
    }
}

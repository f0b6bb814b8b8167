using System.Net;
using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Business;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using TestKit;

namespace EndToEnd.Tests.Contract;

/// <summary>The description that the binary serves of itself, against the binary: every answer passes the description's own schema, or the call fails.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private const string Infer = """{"inputs":[{"name":"consumption_amount","datatype":"FP32","shape":[1,1],"data":[500]},{"name":"share_count","datatype":"FP32","shape":[1,1],"data":[10]},{"name":"social_interaction_score","datatype":"FP32","shape":[1,1],"data":[0.8]}]}""";
    private const string Predict = """{"userId":12345,"features":{"consumption_amount":500,"share_count":10}}""";

    private const string Who = """{"author":"ann","reason":"enough"}""";

    // By operation: what is posted, and with which status it is answered where that is not 200. In the document's order a model is loaded, unloaded,
    // loaded by nothing but the pin, and pinned before it is rolled back: these need their own.
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["infer"] = Infer,
        ["inferVersion"] = Infer,
        ["predict"] = Predict,
        ["v1Predict"] = """{"instances":[{"consumption_amount":500,"share_count":10,"social_interaction_score":0.8}]}""",
        ["pinModel"] = """{"version":1}""",
        ["setTraffic"] = """{"arms":[{"version":1,"percent":99.75},{"version":2,"percent":0.25}],"shadows":[{"version":2}],"author":"ann","reason":"first look"}""",
        ["clearTraffic"] = Who,
        ["startRollout"] = """{"baseline":1,"candidate":2,"author":"ann","reason":"the new one"}""",
        ["giveVerdict"] = """{"passed":true,"author":"trainer","reason":"auc rose","metrics":{"auc":0.91}}""",
        ["pauseRollout"] = Who,
        ["resumeRollout"] = Who,
        ["abortRollout"] = Who,
    };

    private readonly TemporaryRepository _repository = new();
    private readonly TemporaryFolder _features = new();
    private ApplianceProcess _appliance = null!;
    private HttpClient _client = null!;
    private OpenApiDocument _document = null!;

    public async ValueTask InitializeAsync()
    {
        ApplianceBinary.PathOrSkip();
        _repository.AddVersion(BusinessModels.Koc, 1, BusinessModels.KocPotential(1));
        _repository.AddVersion(BusinessModels.Koc, 2, BusinessModels.KocPotential(2, bias: 1));
        _repository.AddVersion(BusinessModels.Visit, 1, BusinessModels.VisitIndex());
        _repository.AddVersion("broken", 1, "no model"u8.ToArray());
        _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path, ControlMode = "explicit", Flags = ["--load-model", BusinessModels.Koc, "--load-model", BusinessModels.Visit, "--features-folder", _features.Path] });
        _document = new OpenApiDocument(JsonDocument.Parse(await _appliance.Http.GetStringAsync("/openapi.json")).RootElement);
        _client = new HttpClient(new DocumentedHandler(_document)) { BaseAddress = _appliance.Http.BaseAddress };
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
        _features.Dispose();
    }

    [Fact]
    public async Task Every_documented_call_answers_what_is_documented()
    {
        Assert.Equal("3.1.0", _document.Root.GetProperty("openapi").GetString());
        foreach (var (path, method, operation) in _document.Operations.Where(o => o.Path != "/metrics" && !NeedsOthers(o.Operation)))
        {
            var id = operation.TryGetProperty("operationId", out var named) ? named.GetString()! : "";
            var (status, body) = await SendAsync(method, Filled(path), Bodies.GetValueOrDefault(id, ""));
            var expected = OpenApiDocument.Statuses(operation).First();
            Assert.True($"{(int)status}" == expected, $"{method} {path}: {(int)status} {body}");
            // What was unloaded is wanted again by the calls that follow.
            if (id == "unloadModel") await SendAsync("post", $"/v2/repository/models/{BusinessModels.Koc}/load", "");
        }
    }

    // Nothing is declared and nothing was sent: what these calls answer then is the feature tests' to say. Deployments take forms, and deleting takes the model away.
    private static bool NeedsOthers(JsonElement operation) => operation.GetProperty("tags")[0].GetString() is "features" or "feast" or "deployment";

    [Fact]
    public async Task Another_method_is_refused_wherever_a_call_is_documented()
    {
        foreach (var (path, item) in _document.Paths.Where(p => p.Path != "/metrics"))
        {
            var unsupported = item.EnumerateObject().Any(m => m.Name == "get" && OpenApiDocument.Statuses(m.Value).SequenceEqual(["501"]));
            foreach (var method in new[] { "get", "post", "put", "delete", "patch" }.Where(m => !item.TryGetProperty(m, out _)))
            {
                var (status, body) = await SendAsync(method, Filled(path), "");
                Assert.True(status == (unsupported ? HttpStatusCode.NotImplemented : HttpStatusCode.MethodNotAllowed), $"{method} {path}: {status} {body}");
            }
        }
    }

    [Fact]
    public async Task The_figures_are_where_the_description_says()
    {
        Assert.Contains(_document.Operations, o => o.Path == "/metrics");
        using var response = await _appliance.Metrics.GetAsync("/metrics");
        Assert.Equal((HttpStatusCode.OK, "text/plain"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(HttpStatusCode.NotFound, (await _appliance.Http.GetAsync("/metrics")).StatusCode);
    }

    [Theory]
    [InlineData("post", "/v2/models/koc-potential/infer", "{}", 400)]
    [InlineData("post", "/v2/models/koc-potential/infer", Infer, 200)]
    [InlineData("post", "/v2/models/nobody/infer", Infer, 404)]
    [InlineData("post", "/v2/models/koc-potential/versions/9/infer", Infer, 404)]
    [InlineData("get", "/v2/models/nobody", "", 404)]
    [InlineData("get", "/v2/models/nobody/config", "", 404)]
    [InlineData("get", "/v2/models/nobody/ready", "", 400)]
    [InlineData("get", "/v2/models/koc-potential/versions/9/batches", "", 404)]
    [InlineData("get", "/v2/nothing", "", 404)]
    [InlineData("post", "/v2/repository/index", "{\"ready\":true}", 200)]
    [InlineData("post", "/v2/repository/index", "{\"ready\":1}", 400)]
    [InlineData("post", "/v2/repository/models/nobody/load", "", 404)]
    [InlineData("post", "/v2/repository/models/broken/load", "", 400)]
    [InlineData("post", "/v2/repository/models/koc-potential/load", "{\"parameters\":{\"other\":\"\"}}", 400)]
    [InlineData("post", "/v2/repository/models/koc-potential/unload", "{\"parameters\":{\"unload_dependents\":true}}", 200)]
    [InlineData("get", "/api/models", "", 200)]
    [InlineData("get", "/api/predict/visit", "", 200)]
    [InlineData("get", "/api/predict/visit?version=9", "", 404)]
    [InlineData("get", "/api/predict/visit?version=x", "", 400)]
    [InlineData("get", "/api/predict/nobody", "", 404)]
    [InlineData("post", "/api/predict/visit", "[{\"features\":{\"member\":true}}]", 200)]
    [InlineData("post", "/api/predict/visit", "{\"features\":{\"membr\":true}}", 400)]
    [InlineData("post", "/api/predict/nobody", "{\"features\":{}}", 404)]
    [InlineData("post", "/api/models/koc-potential/pin", "{\"version\":9}", 404)]
    [InlineData("post", "/api/models/koc-potential/pin", "{}", 400)]
    [InlineData("post", "/api/models/koc-potential/pin", "{\"version\":2}", 200)]
    [InlineData("post", "/api/models/nobody/pin", "{\"version\":1}", 404)]
    [InlineData("post", "/api/models/nobody/unpin", "", 404)]
    [InlineData("post", "/api/models/visit/rollback", "", 400)]
    [InlineData("get", "/api/models/nobody/traffic", "", 404)]
    [InlineData("put", "/api/models/koc-potential/traffic", "{\"arms\":[{\"version\":1,\"percent\":99.999}],\"author\":\"a\",\"reason\":\"b\"}", 400)]
    [InlineData("put", "/api/models/koc-potential/traffic", "{\"arms\":[{\"version\":9,\"percent\":100}],\"author\":\"a\",\"reason\":\"b\"}", 404)]
    [InlineData("get", "/api/models/visit/rollout", "", 404)]
    [InlineData("post", "/api/models/visit/rollout/pause", Who, 404)]
    [InlineData("post", "/api/models/visit/rollout/dance", Who, 404)]
    [InlineData("put", "/api/models", "", 405)]
    [InlineData("get", "/api/models/koc-potential", "", 200)]
    [InlineData("get", "/api/models/nobody", "", 404)]
    [InlineData("put", "/api/models/koc-potential/versions/3", "{}", 400)]
    [InlineData("put", "/api/models/koc-potential/versions/x", "{}", 400)]
    [InlineData("delete", "/api/models/koc-potential/versions/9", "", 404)]
    [InlineData("delete", "/api/models/koc-potential/versions/2", "", 400)]
    [InlineData("delete", "/api/models/koc-potential/versions/1", "", 200)]
    [InlineData("delete", "/api/models/nobody", "", 404)]
    [InlineData("delete", "/api/models/visit", "", 200)]
    [InlineData("get", "/api/nothing", "", 404)]
    public async Task Answers_and_errors_are_as_documented(string method, string path, string body, int expected)
    {
        var (status, answer) = await SendAsync(method, path, body);
        Assert.True((int)status == expected, $"{(int)status} {answer}");
    }

    [Fact]
    public async Task Binary_answers_are_as_documented()
    {
        var body = new Rest.InferBody()
            .WithBinary(TensorValue.OfFloats("consumption_amount", [1, 1], 500)).WithBinary(TensorValue.OfFloats("share_count", [1, 1], 10))
            .WithFlat(TensorValue.OfFloats("social_interaction_score", [1, 1], 0.8f)).WithBinaryOutputs();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{BusinessModels.Koc}/infer") { Content = new ByteArrayContent(body.Bytes) };
        request.Headers.Add(Rest.RestReply.LengthHeader, $"{body.JsonLength}");
        using var response = await _client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, "application/octet-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), path);
        if (body.Length > 0) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static string Filled(string path) => path
        .Replace("{model}", BusinessModels.Koc, StringComparison.Ordinal).Replace("{modelName}", BusinessModels.Koc, StringComparison.Ordinal)
        .Replace("{version}", "2", StringComparison.Ordinal).Replace("{repository}", "r", StringComparison.Ordinal).Replace("{region}", "r", StringComparison.Ordinal);
}

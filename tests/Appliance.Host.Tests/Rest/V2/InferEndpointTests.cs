using System.Net;
using System.Text.Json;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

public sealed class InferEndpointTests
{
    private const string TwoRows = """{"id":"42","inputs":[{"name":"IN","shape":[2,2],"datatype":"FP32","data":[[6.8,2.8],[4.8,1.4]]}]}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_is_answered_whether_it_runs_where_it_arrives_or_behind_the_queue(bool inline)
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [2])) { RunsInline = inline });

        var (status, body) = await host.PostAsync("/v2/models/m/infer", TwoRows);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """{"id":"42","model_name":"m","model_version":"1","outputs":[{"name":"OUT","datatype":"FP32","shape":[2,2],"data":[6.8,2.8,4.8,1.4]}]}""",
            body.GetRawText());
    }

    [Fact]
    public async Task Every_datatype_goes_through_a_model_and_back()
    {
        await using var host = await RestHost.StartAsync();
        foreach (var row in JsonInferDecoderTests.Elements)
        {
            var (datatype, data, tensor) = row.Data;
            host.Deploy(new ScriptedModel($"echo-{datatype}", Signatures.Echo(tensor.Datatype, [-1], batched: false)));

            var (status, body) = await host.PostAsync(
                $"/v2/models/echo-{datatype}/infer", $$"""{"inputs":[{"name":"IN","shape":{{JsonShape(tensor)}},"datatype":"{{datatype}}","data":{{data}}}]}""");

            Assert.True(status == HttpStatusCode.OK, body.GetRawText());
            var answered = body.GetProperty("outputs")[0].GetProperty("data").GetRawText();
            var (again, second) = await host.PostAsync(
                $"/v2/models/echo-{datatype}/infer", $$"""{"inputs":[{"name":"IN","shape":{{JsonShape(tensor)}},"datatype":"{{datatype}}","data":{{answered}}}]}""");
            Assert.Equal(HttpStatusCode.OK, again);
            Assert.Equal(answered, second.GetProperty("outputs")[0].GetProperty("data").GetRawText());
        }
    }

    [Fact]
    public async Task Outputs_come_in_the_order_asked_for_and_only_those()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Mixed));

        var (_, body) = await host.PostAsync("/v2/models/m/infer", Mixed(""","outputs":[{"name":"B_OUT"},{"name":"A_OUT"}]"""));
        var (_, one) = await host.PostAsync("/v2/models/m/infer", Mixed(""","outputs":[{"name":"B_OUT"}]"""));

        Assert.Equal(["B_OUT", "A_OUT"], Names(body));
        Assert.Equal(["B_OUT"], Names(one));
        Assert.Equal("""["春","x"]""", one.GetProperty("outputs")[0].GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_version_is_asked_for_in_the_URL()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [2])) { Version = 1 });
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [2])) { Version = 2 });

        Assert.Equal("2", (await host.PostAsync("/v2/models/m/infer", TwoRows)).Body.GetProperty("model_version").GetString());
        Assert.Equal("1", (await host.PostAsync("/v2/models/m/versions/1/infer", TwoRows)).Body.GetProperty("model_version").GetString());
    }

    [Theory]
    [InlineData("/v2/models/other/infer", HttpStatusCode.NotFound, "Request for unknown model: 'other' is not found")]
    [InlineData("/v2/models/%E6%98%A5/infer", HttpStatusCode.NotFound, "Request for unknown model: '春' is not found")]
    [InlineData("/v2/models/m/versions/9/infer", HttpStatusCode.NotFound, "Request for unknown model: 'm' version 9 is not found")]
    [InlineData("/v2/models/m/versions/0/infer", HttpStatusCode.NotFound, "version 0 is not found: a version is a whole number above 0")]
    [InlineData("/v2/models/m/versions/v1/infer", HttpStatusCode.NotFound, "version v1 is not found: a version is a whole number above 0")]
    [InlineData("/v2/models/m/versions/99999999999999999999/infer", HttpStatusCode.NotFound, "is not found")]
    [InlineData("/v2/models/gone/infer", HttpStatusCode.ServiceUnavailable, "Request for unknown model: 'gone' has no available versions")]
    public async Task A_model_that_is_not_there_is_said_so_before_the_body_is_looked_at(string path, HttpStatusCode expected, string message)
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [2])));
        host.Directory.GetOrAdd("gone");

        var (status, body) = await host.PostAsync(path, "not JSON");

        Assert.Equal(expected, status);
        Assert.Contains(message, body.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("""{"inputs":[]}""", "missing required input(s) ['IN']")]
    [InlineData("""{"inputs":[{"name":"IN","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}""", "unexpected shape for input 'IN' for model 'm'. Expected [-1,2], got [1,3]")]
    [InlineData("""{"inputs":[{"name":"IN","shape":[1,2],"datatype":"INT32","data":[1,2]}]}""", "data-type is 'INT32', but model 'm' expects 'FP32'")]
    [InlineData("""{"inputs":[{"name":"NO","shape":[1,2],"datatype":"FP32","data":[1,2]}]}""", "unexpected inference input 'NO'")]
    [InlineData("""{"inputs":[{"name":"IN","shape":[9,2],"datatype":"FP32","data":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]}]}""", "batch-size must be <= 8")]
    [InlineData("""{"inputs":[{"name":"IN","shape":[1,2],"datatype":"FP32","data":[1,1e39]}]}""", "input 'IN': element 1 is 1e39, which is out of range for FP32")]
    [InlineData("""{"inputs":[{"name":"IN","shape":[1,2],"datatype":"FP32","data":[1,2]}],"outputs":[{"name":"NO"}]}""", "unexpected inference output 'NO'")]
    [InlineData("""{"inputs":[""", "failed to parse the request JSON")]
    public async Task What_the_request_gets_wrong_is_answered_400_and_counted_for_the_model(string request, string message)
    {
        await using var host = await RestHost.StartAsync();
        var model = host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [2])));

        var (status, body) = await host.PostAsync("/v2/models/m/infer", request);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, body.GetProperty("error").GetString());
        Assert.Equal(1, model.Statistics.FailedWith(ScoreStatus.InvalidArgument));
    }

    [Fact]
    public async Task An_extension_that_is_not_served_is_answered_501()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Mixed));

        var (status, body) = await host.PostAsync("/v2/models/m/infer", Mixed(""","outputs":[{"name":"B_OUT","parameters":{"shared_memory_region":"r"}}]"""));

        Assert.Equal(HttpStatusCode.NotImplemented, status);
        Assert.Contains("shared memory", body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_fault_of_the_runtime_is_answered_500_with_its_message()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [2]), _ => throw new InferenceFaultException("index out of bounds")));

        var (status, body) = await host.PostAsync("/v2/models/m/infer", TwoRows);

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Equal("index out of bounds", body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_string_that_JSON_cannot_hold_is_refused_and_can_be_had_in_binary()
    {
        byte[] notText = [2, 0, 0, 0, 0xC3, 0x28];
        var signature = Signatures.Echo(Datatype.Bytes, [1]);
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", signature, _ => [new ScriptedTensor("OUT", Datatype.Bytes, [1, 1], notText)]));
        const string request = """{"inputs":[{"name":"IN","shape":[1,1],"datatype":"BYTES","data":["a"]}]OUTPUTS}""";

        var (status, body) = await host.PostAsync("/v2/models/m/infer", request.Replace("OUTPUTS", ""));
        var binary = await host.PostBinaryAsync(
            "/v2/models/m/infer", request.Replace("OUTPUTS", ""","outputs":[{"name":"OUT","parameters":{"binary_data":true}}]"""), [], jsonLength: null);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("element 0 of output 'OUT' is not valid UTF-8", body.GetProperty("error").GetString());
        Assert.Equal(notText, binary.Tensors);
    }

    [Fact]
    public async Task A_full_appliance_and_a_full_queue_answer_503()
    {
        await using var full = await RestHost.StartAsync(maxConcurrentRequests: 0);
        full.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [2])));
        var (status, body) = await full.PostAsync("/v2/models/m/infer", TwoRows);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("Exceeds maximum number of concurrent requests", body.GetProperty("error").GetString());

        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [2])) { RunsInline = false, MaxQueueSize = 0 });
        (status, body) = await host.PostAsync("/v2/models/m/infer", TwoRows);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("Exceeds maximum queue size", body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_body_in_an_unknown_coding_is_answered_415()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [2])));
        using var content = new StringContent(TwoRows);
        content.Headers.ContentEncoding.Add("br");

        using var refused = await host.Client.PostAsync("/v2/models/m/infer", content, TestContext.Current.CancellationToken);
        using var plain = new StringContent(TwoRows);
        plain.Headers.ContentEncoding.Add("identity");
        using var taken = await host.Client.PostAsync("/v2/models/m/infer", plain, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
        Assert.Equal(["gzip", "deflate"], refused.Headers.GetValues("Accept-Encoding").SelectMany(v => v.Split(", ")));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }

    private static string Mixed(string outputs) =>
        $$"""{"inputs":[{"name":"A","shape":[2,1],"datatype":"FP32","data":[1,2]},{"name":"B","shape":[2,1],"datatype":"BYTES","data":["春","x"]}]{{outputs}}}""";

    private static string[] Names(JsonElement body) =>
        [.. body.GetProperty("outputs").EnumerateArray().Select(o => o.GetProperty("name").GetString()!)];

    private static string JsonShape(ScriptedTensor tensor) => $"[{string.Join(",", tensor.Shape)}]";
}

using System.Net;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

public sealed class BinaryExtensionTests
{
    private static readonly byte[] TwoFloats = ScriptedTensor.Of("", Datatype.FP32, [2, 1], 1.5f, -2f).Bytes;
    private static readonly byte[] TwoStrings = ScriptedTensor.OfStrings("", [2, 1], "春", "").Bytes;
    private static readonly string BothBinary = Request(Binary("A", "FP32", TwoFloats.Length), Binary("B", "BYTES", TwoStrings.Length));

    [Fact]
    public async Task Binary_inputs_are_taken_and_JSON_outputs_answered()
    {
        await using var host = await MixedAsync();

        var reply = await host.PostBinaryAsync("/v2/models/m/infer", BothBinary, [.. TwoFloats, .. TwoStrings], BothBinary.Length);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Null(reply.JsonLength);
        Assert.Equal("application/json", reply.ContentType);
        Assert.Equal("[1.5,-2]", reply.Body.GetProperty("outputs")[0].GetProperty("data").GetRawText());
        Assert.Equal("""["春",""]""", reply.Body.GetProperty("outputs")[1].GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task JSON_and_binary_inputs_mix()
    {
        await using var host = await MixedAsync();
        var json = Request("""{"name":"A","shape":[2,1],"datatype":"FP32","data":[[1.5],[-2]]}""", Binary("B", "BYTES", TwoStrings.Length));

        var reply = await host.PostBinaryAsync("/v2/models/m/infer", json, TwoStrings, json.Length);

        Assert.Equal("[1.5,-2]", reply.Body.GetProperty("outputs")[0].GetProperty("data").GetRawText());
        Assert.Equal("""["春",""]""", reply.Body.GetProperty("outputs")[1].GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Binary_outputs_stand_behind_the_JSON_in_order_with_their_sizes()
    {
        await using var host = await MixedAsync();
        var json = BothBinary[..^1] + ""","parameters":{"binary_data_output":true}}""";

        var reply = await host.PostBinaryAsync("/v2/models/m/infer", json, [.. TwoFloats, .. TwoStrings], json.Length);

        Assert.Equal("application/octet-stream", reply.ContentType);
        Assert.Equal(TwoFloats.Length, reply.Body.GetProperty("outputs")[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.Equal(TwoStrings.Length, reply.Body.GetProperty("outputs")[1].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.Equal([.. TwoFloats, .. TwoStrings], reply.Tensors);
    }

    [Theory]
    [InlineData("""{"name":"A_OUT","parameters":{"binary_data":true}},{"name":"B_OUT"}""", "false", true, false)]
    [InlineData("""{"name":"A_OUT"},{"name":"B_OUT","parameters":{"binary_data":false}}""", "true", true, false)]
    [InlineData("""{"name":"B_OUT","parameters":{"binary_data":true}},{"name":"A_OUT","parameters":{"binary_data":true}}""", "false", true, true)]
    public async Task An_outputs_own_wish_wins_over_the_requests(string outputs, string byDefault, bool first, bool second)
    {
        await using var host = await MixedAsync();
        var json = BothBinary[..^1] + $$$""","outputs":[{{{outputs}}}],"parameters":{"binary_data_output":{{{byDefault}}}}}""";

        var reply = await host.PostBinaryAsync("/v2/models/m/infer", json, [.. TwoFloats, .. TwoStrings], json.Length);

        var answered = reply.Body.GetProperty("outputs");
        Assert.Equal(first, answered[0].TryGetProperty("parameters", out _));
        Assert.Equal(second, answered[1].TryGetProperty("parameters", out _));
        byte[] a = TwoFloats, b = TwoStrings;
        var firstIsA = answered[0].GetProperty("name").GetString() == "A_OUT";
        Assert.Equal([.. first ? (firstIsA ? a : b) : [], .. second ? (firstIsA ? b : a) : []], reply.Tensors);
    }

    [Theory]
    [InlineData(0, 1, "unexpected additional input data: 1 bytes are left behind the last binary input")]
    [InlineData(0, -1, "input 'B': 'binary_data_size' is 11, but only 10 bytes of the body are left behind the JSON")]
    [InlineData(1, 0, "input 'B': 'binary_data_size' is 11, but only 10 bytes of the body are left behind the JSON")]
    [InlineData(-1, 0, "failed to parse the request JSON")]
    [InlineData(100_000, 0, "header Inference-Header-Content-Length is")]
    public async Task Lengths_that_do_not_add_up_are_refused(int headerOff, int bodyOff, string message)
    {
        await using var host = await MixedAsync();
        byte[] tensors = [.. TwoFloats, .. TwoStrings, 0];

        var reply = await host.PostBinaryAsync("/v2/models/m/infer", BothBinary, tensors[..^(1 - bodyOff)], BothBinary.Length + headerOff);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(message, reply.Body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Without_the_header_binary_bytes_are_no_JSON()
    {
        await using var host = await MixedAsync();

        var reply = await host.PostBinaryAsync("/v2/models/m/infer", BothBinary, [.. TwoFloats, .. TwoStrings], jsonLength: null);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
    }

    [Fact]
    public async Task A_size_that_is_not_the_shapes_is_refused()
    {
        await using var host = await MixedAsync();
        var json = Request(Binary("A", "FP32", 4), Binary("B", "BYTES", TwoStrings.Length));

        var reply = await host.PostBinaryAsync("/v2/models/m/infer", json, [.. TwoFloats[..4], .. TwoStrings], json.Length);

        Assert.Contains("input byte size mismatch for input 'A' for model 'm'. Expected 8, got 4", reply.Body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_body_that_is_one_raw_tensor_is_one_row_and_answered_in_binary()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("batched", Signatures.Echo(Datatype.FP32, [2])));
        host.Deploy(new ScriptedModel("dynamic", Signatures.Echo(Datatype.FP32, [2, -1], batched: false)));
        host.Deploy(new ScriptedModel("text", Signatures.Echo(Datatype.Bytes, [1])));

        var batched = await host.PostBinaryAsync("/v2/models/batched/infer", "", TwoFloats, jsonLength: 0);
        var dynamic = await host.PostBinaryAsync("/v2/models/dynamic/infer", "", [.. TwoFloats, .. TwoFloats], jsonLength: 0);
        var text = await host.PostBinaryAsync("/v2/models/text/infer", "", "春"u8.ToArray(), jsonLength: 0);

        Assert.Equal("[1,2]", batched.Body.GetProperty("outputs")[0].GetProperty("shape").GetRawText());
        Assert.Equal(TwoFloats, batched.Tensors);
        Assert.Equal("[2,2]", dynamic.Body.GetProperty("outputs")[0].GetProperty("shape").GetRawText());
        Assert.Equal([3, 0, 0, 0, .. "春"u8], text.Tensors);
    }

    [Theory]
    [InlineData("two", 8, "needs a model with one input; model 'two' has 2")]
    [InlineData("fixed", 9, "the shape [-1,2] of input 'IN' for model 'fixed' cannot be deduced from 9 raw bytes of FP32")]
    [InlineData("dynamic", 6, "the shape [2,-1] of input 'IN' for model 'dynamic' cannot be deduced from 6 raw bytes of FP32")]
    [InlineData("loose", 8, "the shape [-1,-1] of input 'IN' for model 'loose' cannot be deduced")]
    public async Task A_raw_tensor_whose_shape_cannot_be_told_is_refused(string model, int bytes, string message)
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("two", Signatures.Mixed));
        host.Deploy(new ScriptedModel("fixed", Signatures.Echo(Datatype.FP32, [2])));
        host.Deploy(new ScriptedModel("dynamic", Signatures.Echo(Datatype.FP32, [2, -1], batched: false)));
        host.Deploy(new ScriptedModel("loose", Signatures.Echo(Datatype.FP32, [-1, -1], batched: false)));

        var reply = await host.PostBinaryAsync($"/v2/models/{model}/infer", "", new byte[bytes], jsonLength: 0);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(message, reply.Body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Large_tensors_go_both_ways_whole()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.UInt8, [-1], batched: false)));
        var bytes = new byte[20_000_000];
        new Random(1).NextBytes(bytes);
        var json = $$$"""{"inputs":[{"name":"IN","shape":[{{{bytes.Length}}}],"datatype":"UINT8","parameters":{"binary_data_size":{{{bytes.Length}}}}}],"parameters":{"binary_data_output":true}}""";

        var reply = await host.PostBinaryAsync("/v2/models/m/infer", json, bytes, json.Length);

        Assert.Equal(bytes, reply.Tensors);
    }

    private static async Task<RestHost> MixedAsync()
    {
        var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Mixed));
        return host;
    }

    private static string Request(params string[] inputs) => $$"""{"inputs":[{{string.Join(",", inputs)}}]}""";

    private static string Binary(string name, string datatype, int size) =>
        $$$"""{"name":"{{{name}}}","shape":[2,1],"datatype":"{{{datatype}}}","parameters":{"binary_data_size":{{{size}}}}}""";
}

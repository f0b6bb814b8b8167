using System.Net;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>REST requests that are wrong: 4xx with the protocol's error body, in a sentence that names what is at fault.</summary>
public sealed class RefusalTests(SharedAppliance shared)
{
    private const string Row = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]";
    private const string Second = $$"""{"name":"INPUT1","datatype":"FP32","shape":[1,16],"data":{{Row}}}""";

    // What stands in place of the first input, and what is said of it.
    public static TheoryData<string, string> WrongInputs => new()
    {
        { $$"""{"name":"INPUT0","datatype":"INT32","shape":[1,16],"data":{{Row}}}""", "inference input 'INPUT0' data-type is 'INT32', but model 'add_sub' expects 'FP32'" },
        { $$"""{"name":"INPUT0","datatype":"FP64","shape":[1,16],"data":{{Row}}}""", "'INPUT0' data-type is 'FP64'" },
        { $$"""{"name":"INPUT0","datatype":"fp32","shape":[1,16],"data":{{Row}}}""", "'fp32'" },
        { $$"""{"name":"INPUT0","datatype":32,"shape":[1,16],"data":{{Row}}}""", "the datatype of an input is 32; it must be a string" },
        { $$"""{"name":"INPUT0","shape":[1,16],"data":{{Row}}}""", "input 'INPUT0': 'datatype' is missing" },
        { $$"""{"name":"INPUT0","datatype":"FP32","data":{{Row}}}""", "input 'INPUT0': 'shape' is missing" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,16]}""", "input 'INPUT0': 'data' is missing" },
        { $$"""{"datatype":"FP32","shape":[1,16],"data":{{Row}}}""", "element 0 of 'inputs' has no name" },
        { $$"""{"name":7,"datatype":"FP32","shape":[1,16],"data":{{Row}}}""", "the name of an input is 7; it must be a string" },
        { $$"""{"name":"INPUT9","datatype":"FP32","shape":[1,16],"data":{{Row}}}""", "unexpected inference input 'INPUT9' for model 'add_sub'" },
        { Second, "'INPUT1' is given twice" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,17],"data":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}""", "unexpected shape for input 'INPUT0' for model 'add_sub'. Expected [-1,16], got [1,17]" },
        { $$"""{"name":"INPUT0","datatype":"FP32","shape":[16],"data":{{Row}}}""", "Expected [-1,16], got [16]" },
        { $$"""{"name":"INPUT0","datatype":"FP32","shape":[1,-16],"data":{{Row}}}""", "dimension 1 of 'shape' is -16; it must be a whole number from 0 up" },
        { $$"""{"name":"INPUT0","datatype":"FP32","shape":[1,16.5],"data":{{Row}}}""", "dimension 1 of 'shape' is 16.5; it must be a whole number from 0 up" },
        { $$"""{"name":"INPUT0","datatype":"FP32","shape":"1,16","data":{{Row}}}""", "'shape'" },
        { $$"""{"name":"INPUT0","datatype":"FP32","shape":[9223372036854775807,9223372036854775807],"data":{{Row}}}""", "INPUT0" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,16],"data":[1,2,3]}""", "'data' is too short for shape [1,16]" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,16],"data":[1,2,3,4,5,6,7,8,9,10]}""", "'data' holds 10 elements, shape [1,16] has 16" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,2],"data":[1,2,3]}""", "'data' holds more elements than shape [1,2] has, which is 2" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[2,2],"data":[[1,2],[3]]}""", "'data' has 1 values in an array of level 2" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[2,2],"data":[[1,2],3,4]}""", "less nested at element 2" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[2,2],"data":[[[1,2],[3,4]]]}""", "'data' is nested deeper than shape [2,2]" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,2],"data":[1,"two"]}""", "element 1 is \"two\"; FP32 takes numbers" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,2],"data":[1,null]}""", "element 1 is null; FP32 takes numbers" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,2],"data":[1,{}]}""", "element 1 is an object" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,2],"data":[1,1e400]}""", "element 1 is 1e400, which is out of range for FP32" },
        { """{"name":"INPUT0","datatype":"UINT8","shape":[1,2],"data":[1,256]}""", "element 1 is 256, which is out of range for UINT8" },
        { """{"name":"INPUT0","datatype":"UINT8","shape":[1,2],"data":[1,-1]}""", "element 1 is -1, which is out of range for UINT8" },
        { """{"name":"INPUT0","datatype":"INT64","shape":[1,2],"data":[1,9223372036854775808]}""", "out of range for INT64" },
        { """{"name":"INPUT0","datatype":"INT32","shape":[1,2],"data":[1,2.5]}""", "element 1 is 2.5; INT32 takes whole numbers" },
        { """{"name":"INPUT0","datatype":"BOOL","shape":[1,2],"data":[true,2]}""", "element 1 is 2; BOOL takes true, false, 1 or 0" },
        { """{"name":"INPUT0","datatype":"BYTES","shape":[1,2],"data":["a",1]}""", "element 1 is 1; BYTES takes strings" },
        { """{"name":"INPUT0","datatype":"BYTES","shape":[1,2],"data":["a","\ud800"]}""", "element 1 holds half a surrogate pair" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,16],"data":7}""", "'data'" },
        { """{"name":"INPUT0","datatype":"FP32","shape":[1,16],"parameters":{"binary_data_size":64}}""", "'binary_data_size' is 64, but only 0 bytes of the body are left behind the JSON" },
        { "7", "element 0 of 'inputs' is not an object" },
    };

    [Theory, MemberData(nameof(WrongInputs), DisableDiscoveryEnumeration = true)]
    public async Task An_input_that_is_wrong_is_named(string input, string sentence)
    {
        var appliance = await shared.StartedAsync();
        Assert.Contains(sentence, await appliance.InferRefusalAsync("add_sub", $$"""{"inputs":[{{input}},{{Second}}]}"""));
    }

    public static TheoryData<string, string> WrongBodies => new()
    {
        { "", "the request body is empty" },
        { "7", "the request is not a JSON object" },
        { "[]", "the request is not a JSON object" },
        { "null", "the request is not a JSON object" },
        { "{}", "'inputs' is missing" },
        { """{"inputs":{}}""", "'inputs' is not an array" },
        { """{"inputs":[]}""", "expected 2 inputs but got 0 inputs for model 'add_sub'" },
        { $$"""{"inputs":[{{Second}}]}""", "missing required input(s) ['INPUT0']" },
        { """{"inputs":[],"inputs":[]}""", "'inputs' is given twice" },
        { "{", "failed to parse the request JSON" },
        { """{"inputs":[}""", "failed to parse the request JSON" },
        { """{"inputs":[]} x""", "failed to parse the request JSON" },
        { """{"inputs":[],}""", "failed to parse the request JSON" },
        { """{'inputs':[]}""", "failed to parse the request JSON" },
        { """{"inputs":[NaN]}""", "failed to parse the request JSON" },
        { "inputs=1", "failed to parse the request JSON" },
        { """{"id":7,"inputs":[]}""", "'id' is 7; it must be a string" },
        { """{"id":"\udc00","inputs":[]}""", "'id' holds half a surrogate pair" },
        { """{"inputs":[],"outputs":{}}""", "'outputs' is not an array" },
        { """{"inputs":[],"outputs":[{}]}""", "element 0 of 'outputs' has no name" },
    };

    [Theory, MemberData(nameof(WrongBodies), DisableDiscoveryEnumeration = true)]
    public async Task A_body_that_is_wrong_is_told_why(string body, string sentence)
    {
        var appliance = await shared.StartedAsync();
        Assert.Contains(sentence, await appliance.InferRefusalAsync("add_sub", body));
    }

    [Theory]
    [InlineData("OUTPUT9", "unexpected inference output 'OUTPUT9' for model 'add_sub'")]
    [InlineData("OUTPUT0", "'OUTPUT0' is asked for twice")]
    public async Task An_output_that_cannot_be_answered_is_named(string second, string sentence)
    {
        var appliance = await shared.StartedAsync();
        var first = Second.Replace("INPUT1", "INPUT0", StringComparison.Ordinal);
        Assert.Contains(sentence, await appliance.InferRefusalAsync(
            "add_sub", $$"""{"inputs":[{{first}},{{Second}}],"outputs":[{"name":"OUTPUT0"},{"name":"{{second}}"}]}"""));
    }

    [Theory]
    [InlineData("nobody", "Request for unknown model: 'nobody' is not found")]
    [InlineData("add_sub/versions/9", "Request for unknown model: 'add_sub' version 9 is not found")]
    [InlineData("add_sub/versions/0", "version 0 is not found")]
    [InlineData("add_sub/versions/latest", "version latest is not found")]
    [InlineData("add_sub/versions/99999999999999999999", "is not found")]
    [InlineData("%E4%BC%9A%E5%91%98", "Request for unknown model: '会员' is not found")]
    public async Task An_unknown_model_or_version_is_not_found_whatever_is_asked_of_it(string model, string sentence)
    {
        var appliance = await shared.StartedAsync();
        var row = new InferBody().WithFlat(TensorValue.OfFloats(OnnxModels.Input, [1, 1], 1)).Json;
        Assert.Contains(sentence, await appliance.InferRefusalAsync(model, row, HttpStatusCode.NotFound));
        foreach (var what in new[] { "", "/config", "/stats", "/batches" })
        {
            var reply = await appliance.GetAsync($"/v2/models/{model}{what}");
            Assert.Equal(HttpStatusCode.NotFound, reply.Status);
            Assert.Contains(sentence, reply.Error());
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await appliance.GetAsync($"/v2/models/{model}/ready")).Status);
    }

    [Fact]
    public async Task A_body_in_an_unknown_coding_is_refused_and_told_what_is_taken()
    {
        const string encoding = "br";
        var appliance = await shared.StartedAsync();
        using var content = new ByteArrayContent([1, 2, 3]) { Headers = { ContentEncoding = { encoding } } };
        using var response = await appliance.Http.PostAsync("/v2/models/add_sub/infer", content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal("gzip, deflate", string.Join(", ", response.Headers.GetValues("Accept-Encoding")));
        Assert.Contains($"'{encoding}'", (await RestReply.ReadAsync(response)).Error());
    }
}

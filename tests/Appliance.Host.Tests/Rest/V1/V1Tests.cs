using System.Net;
using Appliance.Host.Tests.Rest.V2;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V1;

/// <summary>KServe's first protocol over the real pipeline. Every answer is checked against its description as well.</summary>
public sealed class V1Tests
{
    private static readonly ModelSignature Two = SignatureBuilder.Batched(8).Input("a", Datatype.FP32, 2).Input("b", Datatype.Bytes, 1).Output("x", Datatype.FP32, 2).Output("y", Datatype.Bytes, 1).Build();

    [Theory]
    [InlineData("""{"instances":[[1,2],[3,4.5]]}""", """{"predictions":[[1,2],[3,4.5]]}""")]
    [InlineData("""{"signature_name":"serving_default","instances":[[1,2]]}""", """{"predictions":[[1,2]]}""")]
    [InlineData("""{"instances":[{"IN":[1,2]},{"IN":[3,4]}]}""", """{"predictions":[[1,2],[3,4]]}""")]
    [InlineData("""{"\u0069nstances":[{"\u0049N":[1,2]}]}""", """{"predictions":[[1,2]]}""")]
    [InlineData("""{"inputs":[[1,2],[3,4]]}""", """{"outputs":[[1,2],[3,4]]}""")]
    [InlineData("""{"inputs":{"IN":[[1,2]]}}""", """{"outputs":[[1,2]]}""")]
    public async Task A_model_with_one_input_and_output_answers_by_rows_or_columns(string request, string expected)
    {
        await using var host = await EchoAsync(Datatype.FP32, [2]);
        Assert.Equal((HttpStatusCode.OK, expected), await PostAsync(host, request));
    }

    [Theory]
    [InlineData("""{"instances":[{"a":[1,2],"b":["u"]},{"b":["春"],"a":[3,4]}]}""", """{"predictions":[{"x":[1,2],"y":["u"]},{"x":[3,4],"y":["春"]}]}""")]
    [InlineData("""{"instances":[{"a":[1,2],"b":"u"}]}""", """{"predictions":[{"x":[1,2],"y":["u"]}]}""")]
    [InlineData("""{"inputs":{"a":[[1,2],[3,4]],"b":[["u"],["v"]]}}""", """{"outputs":{"x":[[1,2],[3,4]],"y":[["u"],["v"]]}}""")]
    [InlineData("""{"inputs":{"a":[[1,2],[3,4]],"b":["u","v"]}}""", """{"outputs":{"x":[[1,2],[3,4]],"y":[["u"],["v"]]}}""")]
    public async Task A_model_with_several_answers_objects(string request, string expected)
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Two));
        Assert.Equal((HttpStatusCode.OK, expected), await PostAsync(host, request));
    }

    [Fact]
    public async Task A_value_a_row_needs_no_array_of_one()
    {
        await using var host = await EchoAsync(Datatype.Int64, [1]);
        Assert.Equal((HttpStatusCode.OK, """{"predictions":[[1],[2],[3]]}"""), await PostAsync(host, """{"instances":[1,2,3]}"""));
    }

    [Fact]
    public async Task Rows_of_scalars_are_answered_as_scalars()
    {
        await using var host = await EchoAsync(Datatype.FP64, []);
        Assert.Equal((HttpStatusCode.OK, """{"predictions":[1.5,2]}"""), await PostAsync(host, """{"instances":[1.5,2]}"""));
    }

    [Fact]
    public async Task Deeper_shapes_nest_as_they_came()
    {
        await using var host = await EchoAsync(Datatype.Int32, [2, -1]);
        Assert.Equal((HttpStatusCode.OK, """{"predictions":[[[1,2,3],[4,5,6]],[[7,8,9],[10,11,12]]]}"""), await PostAsync(host, """{"instances":[[[1,2,3],[4,5,6]],[[7,8,9],[10,11,12]]]}"""));
    }

    [Theory]
    [InlineData("", "failed to parse the request JSON")]
    [InlineData("[]", "the body must be an object with 'instances', rows, or 'inputs', columns")]
    [InlineData("{}", "the body must be an object with 'instances', rows, or 'inputs', columns")]
    [InlineData("""{"instances":[[1,2]],"inputs":[[1,2]]}""", "one of 'instances' and 'inputs' must be there, and once")]
    [InlineData("""{"instance":[[1,2]]}""", "instance is not a member of a request; the members are instances, inputs and signature_name")]
    [InlineData("""{"instances":[[1,2]],"parameters":{"threshold":1}}""", "parameters is not a member of a request; the members are instances, inputs and signature_name")]
    [InlineData("""{"\ud800":1,"instances":[[1,2]]}""", "\\ud800 is not a member of a request; the members are instances, inputs and signature_name")]
    [InlineData("""{"instances":{}}""", "'instances' is an object; it must be an array of rows")]
    [InlineData("""{"instances":[]}""", "'instances' is empty; it must hold one row at least")]
    [InlineData("""{"instances":[[1,2],[3]]}""", "input 'IN': 'data' has 1 values")]
    [InlineData("""{"instances":[[1,2],3]}""", "input 'IN': 'data' is less nested at element 2 than before it")]
    [InlineData("""{"instances":[["a",2]]}""", "input 'IN': element 0 is \"a\"; FP32 takes")]
    [InlineData("""{"instances":[[1,2,3]]}""", "unexpected shape for input 'IN' for model 'm'. Expected [-1,2], got [1,3].")]
    [InlineData("""{"instances":[{"IN":[1,2]},[3,4]]}""", "instances[1] is an array; it must be an object, as the rows before it are")]
    [InlineData("""{"instances":[{"OUT":[1,2]}]}""", "instances[0].OUT is no input of model 'm'; its inputs are 'IN'")]
    [InlineData("""{"instances":[{"\ud800":[1,2]}]}""", "instances[0].a name that is no text is no input of model 'm'; its inputs are 'IN'")]
    [InlineData("""{"inputs":{"\udc00":[1,2]}}""", "inputs.a name that is no text is no input of model 'm'; its inputs are 'IN'")]
    [InlineData("""{"instances":[{"IN":[1,2],"IN":[1,2]}]}""", "instances[0].IN is given twice, or left out in a row before")]
    [InlineData("""{"instances":[{"IN":[1,2]},{}]}""", "instances[1].IN is missing")]
    [InlineData("""{"inputs":{"IN":[[1,2]],"IN":[[1,2]]}}""", "inputs.IN is given twice")]
    [InlineData("""{"inputs":{}}""", "missing required input(s) ['IN']")]
    [InlineData("""{"instances":[[1,2]]}x""", "failed to parse the request JSON")]
    public async Task What_is_wrong_is_said(string request, string expected)
    {
        await using var host = await EchoAsync(Datatype.FP32, [2]);
        var (status, body) = await host.PostAsync("/v1/models/m:predict", request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Bare_rows_need_a_model_with_one_input()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Two));
        var (status, body) = await host.PostAsync("/v1/models/m:predict", """{"instances":[[1,2]]}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("'instances' names no inputs, and model 'm' has 2; write an object of 'a', 'b'", body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Outputs_that_have_no_rows_in_common_are_answered_by_columns_alone()
    {
        await using var host = await RestHost.StartAsync();
        var signature = SignatureBuilder.Unbatched().Input("a", Datatype.FP32, -1).Output("x", Datatype.FP32, -1).Output("n", Datatype.Int64, 1).Build();
        host.Deploy(new ScriptedModel("m", signature, inputs => [ScriptedTensor.Of("x", Datatype.FP32, [2], 1f, 2f), ScriptedTensor.Of("n", Datatype.Int64, [1], 2L)]));
        var (status, body) = await host.PostAsync("/v1/models/m:predict", """{"instances":[1,2]}""");
        Assert.Equal((HttpStatusCode.BadRequest, "output 'n' has no value for each row; ask by columns, with 'inputs'"), (status, body.GetProperty("error").GetString()));
        Assert.Equal((HttpStatusCode.OK, """{"outputs":{"x":[1,2],"n":[2]}}"""), await PostAsync(host, """{"inputs":[1,2]}"""));
    }

    [Fact]
    public async Task Models_are_listed_and_say_whether_they_are_ready()
    {
        await using var host = await EchoAsync(Datatype.FP32, [2]);
        Assert.Equal("""{"models":["m"]}""", (await host.GetAsync("/v1/models")).Body.GetRawText());
        var (status, ready) = await host.GetAsync("/v1/models/m");
        Assert.Equal((HttpStatusCode.OK, """{"name":"m","ready":true}"""), (status, ready.GetRawText()));
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/v1/models/other")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.PostAsync("/v1/models/other:predict", """{"instances":[1]}""")).Status);
        host.Directory.GetOrAdd("empty");
        (status, ready) = await host.GetAsync("/v1/models/empty");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"name":"empty","ready":false}"""), (status, ready.GetRawText()));
    }

    [Fact]
    public async Task Other_methods_and_verbs_are_refused()
    {
        await using var host = await EchoAsync(Datatype.FP32, [2]);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.GetAsync("/v1/models/m:predict")).Status);
        Assert.Equal(HttpStatusCode.NotImplemented, (await host.PostAsync("/v1/models/m:explain", "{}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.PostAsync("/v1/other", "{}")).Status);
    }

    private static async Task<RestHost> EchoAsync(Datatype datatype, long[] dims)
    {
        var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(datatype, dims)));
        return host;
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(RestHost host, string request)
    {
        var (status, body) = await host.PostAsync("/v1/models/m:predict", request);
        return (status, body.GetRawText());
    }
}

using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>What stands beside the tensors of a REST request: outputs asked for, ids, versions, parameters.</summary>
public sealed class RequestTests(SharedAppliance shared)
{
    private static readonly float[] A = [.. Enumerable.Range(0, 16).Select(i => i + 0.5f)];
    private static readonly float[] B = [.. Enumerable.Range(0, 16).Select(i => i * 10f)];
    private static readonly float[] Sum = [.. A.Zip(B, (a, b) => a + b)];
    private static readonly float[] Difference = [.. A.Zip(B, (a, b) => a - b)];

    private static InferBody AddSub => new InferBody().WithFlat(TensorValue.OfFloats(OnnxModels.Input, [1, 16], A)).WithFlat(TensorValue.OfFloats(OnnxModels.SecondInput, [1, 16], B));

    [Fact]
    public async Task Without_a_wish_every_output_is_answered_in_the_models_order()
    {
        var outputs = (await InferAsync(AddSub)).Outputs();
        Assert.Equal([OnnxModels.Output, OnnxModels.SecondOutput], outputs.Select(o => o.Name));
        Assert.Equal([Sum, Difference], outputs.Select(o => o.As<float>()));
        Assert.All(outputs, o => Assert.Equal(("FP32", "1,16"), (o.Datatype, string.Join(",", o.Shape))));
    }

    [Fact]
    public async Task Outputs_are_answered_in_the_order_asked_for_each_in_the_form_asked_for()
    {
        var reply = await InferAsync(AddSub.WithMember("outputs", """[{"name":"OUTPUT1","parameters":{"binary_data":true}},{"name":"OUTPUT0"}]"""));
        var outputs = reply.Outputs();
        Assert.Equal([OnnxModels.SecondOutput, OnnxModels.Output], outputs.Select(o => o.Name));
        Assert.Equal([Difference, Sum], outputs.Select(o => o.As<float>()));
        Assert.Equal(64, reply.Tensors.Length);
    }

    [Fact]
    public async Task One_output_is_answered_alone_and_an_empty_wish_is_none()
    {
        Assert.Equal(Difference, Assert.Single((await InferAsync(AddSub.WithMember("outputs", """[{"name":"OUTPUT1"}]"""))).Outputs()).As<float>());
        Assert.Equal(2, (await InferAsync(AddSub.WithMember("outputs", "[]"))).Outputs().Count);
    }

    [Fact]
    public async Task JSON_and_binary_inputs_mix_in_one_request()
    {
        var body = new InferBody().WithBinary(TensorValue.OfFloats(OnnxModels.SecondInput, [1, 16], B)).WithFlat(TensorValue.OfFloats(OnnxModels.Input, [1, 16], A));
        Assert.Equal(Sum, (await InferAsync(body)).Outputs()[0].As<float>());
    }

    [Theory]
    [InlineData("\"42\"", "42")]
    [InlineData("\"订单-7 🙂\"", "订单-7 🙂")]
    [InlineData("\"\\u8ba2\\\"\\n\"", "订\"\n")]
    public async Task The_id_comes_back(string json, string id) =>
        Assert.Equal(id, (await InferAsync(AddSub.WithMember("id", json))).Body.GetProperty("id").GetString());

    [Fact]
    public async Task Without_an_id_none_is_made_up() => Assert.False((await InferAsync(AddSub)).Body.TryGetProperty("id", out _));

    [Fact]
    public async Task Members_may_come_in_any_order_with_space_around_them()
    {
        var appliance = await shared.StartedAsync();
        var json = $$"""
            { "outputs" : [ { "parameters" : { } , "name" : "OUTPUT0" } ] , "id":"7",
              "inputs" : [ { "data" : {{JsonTensor.Nested(TensorValue.OfFloats("", [1, 16], B))}} , "shape" : [ 1 , 16 ] , "datatype":"FP32" , "name" : "INPUT1" },
                           { "name":"INPUT0", "shape":[1,16], "data":{{JsonTensor.Flat(TensorValue.OfFloats("", [1, 16], A))}}, "datatype":"FP32" } ] }

            """;
        Assert.Equal(Sum, Assert.Single((await appliance.PostAsync("/v2/models/add_sub/infer", json)).Outputs()).As<float>());
    }

    [Fact]
    public async Task A_version_is_named_in_the_URL_and_in_the_answer()
    {
        var appliance = await shared.StartedAsync();
        var body = new InferBody().WithFlat(TensorValue.OfFloats(OnnxModels.Input, [1, 4], 1, 2, 3, 4)).Json;
        foreach (var (path, version, factor) in new[] { ("/versions/1", "1", 2), ("/versions/5", "5", 5), ("", "5", 5) })
        {
            var reply = await appliance.PostAsync($"/v2/models/two_versions{path}/infer", body);
            Assert.Equal([factor, factor * 2, factor * 3, factor * 4], Assert.Single(reply.Outputs()).As<float>());
            Assert.Equal(("two_versions", version), (reply.Body.GetProperty("model_name").GetString(), reply.Body.GetProperty("model_version").GetString()));
        }
    }

    [Theory]
    [InlineData("""{"timeout":60000000,"priority":1,"binary_data_output":false}""")]
    [InlineData("""{"sequence_id":0,"sequence_start":false,"sequence_end":false,"priority":0,"triton_enable_empty_final_response":false}""")]
    [InlineData("""{"content_type":"pd","anything":[1,{"a":2}],"tenant":"会员"}""")]
    [InlineData("{}")]
    public async Task Parameters_that_ask_for_nothing_special_are_taken(string parameters) =>
        Assert.Equal(Sum, (await InferAsync(AddSub.WithMember("parameters", parameters))).Outputs()[0].As<float>());

    [Theory]
    [InlineData("""{"triton_final_response":true}""", "parameter 'triton_final_response' is reserved")]
    [InlineData("""{"headers":{}}""", "parameter 'headers' is reserved")]
    [InlineData("""{"timeout":-1}""", "parameter 'timeout' is -1; it must be a whole number of microseconds")]
    [InlineData("""{"priority":"high"}""", "parameter 'priority' is \"high\"; it must be a whole number from 0 up")]
    [InlineData("""{"binary_data_output":1}""", "parameter 'binary_data_output' is 1; it must be true or false")]
    [InlineData("[]", "'parameters' is not an object")]
    public async Task Parameters_that_cannot_be_honoured_are_refused(string parameters, string sentence)
    {
        var appliance = await shared.StartedAsync();
        Assert.Contains(sentence, await appliance.InferRefusalAsync("add_sub", AddSub.WithMember("parameters", parameters).Json));
    }

    [Theory]
    [InlineData("""{"sequence_id":7}""", "sequence_id")]
    [InlineData("""{"sequence_id":"session"}""", "sequence_id")]
    [InlineData("""{"sequence_start":true}""", "sequence_start")]
    [InlineData("""{"triton_enable_empty_final_response":true}""", "triton_enable_empty_final_response")]
    public async Task Parameters_of_extensions_that_are_not_served_are_unsupported(string parameters, string name)
    {
        var appliance = await shared.StartedAsync();
        var json = AddSub.WithMember("parameters", parameters).Json;
        Assert.Contains($"parameter '{name}' asks for", await appliance.InferRefusalAsync("add_sub", json, HttpStatusCode.NotImplemented));
    }

    [Theory]
    [InlineData("""{"shared_memory_region":"r"}""", "shared memory")]
    public async Task Output_parameters_of_extensions_that_are_not_served_are_unsupported(string parameters, string what)
    {
        var appliance = await shared.StartedAsync();
        var json = AddSub.WithMember("outputs", $$"""[{"name":"OUTPUT0","parameters":{{parameters}}}]""").Json;
        Assert.Contains(what, await appliance.InferRefusalAsync("add_sub", json, HttpStatusCode.NotImplemented));
    }

    [Fact]
    public async Task Large_tensors_go_both_ways_whole()
    {
        var appliance = await shared.StartedAsync();
        var bytes = new byte[20_000_000];
        new Random(1).NextBytes(bytes);
        var reply = await appliance.InferAsync("identity_uint8", new InferBody().WithBinary(new TensorValue(OnnxModels.Input, "UINT8", [2, 10_000_000], bytes)).WithBinaryOutputs());
        Assert.Equal(bytes, Assert.Single(reply.Outputs()).Raw);
    }

    [Fact]
    public async Task A_chunked_body_is_read_to_its_end()
    {
        var appliance = await shared.StartedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/add_sub/infer") { Content = new StringContent(AddSub.Json.PadRight(300_000)) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await appliance.Http.SendAsync(request);
        Assert.Equal(Sum, (await RestReply.ReadAsync(response)).Outputs()[0].As<float>());
    }

    [Fact]
    public async Task What_it_says_of_a_model_is_what_it_takes()
    {
        var appliance = await shared.StartedAsync();
        var metadata = (await appliance.GetAsync("/v2/models/two_versions")).Body;
        Assert.Equal("""["1","5"]""", metadata.GetProperty("versions").GetRawText());
        var input = Assert.Single(metadata.GetProperty("inputs").EnumerateArray());
        Assert.Equal((OnnxModels.Input, "FP32", "[-1,4]"), (input.GetProperty("name").GetString(), input.GetProperty("datatype").GetString(), input.GetProperty("shape").GetRawText()));
        Assert.Equal(JsonValueKind.Object, (await appliance.GetAsync("/v2/models/two_versions/versions/5/config")).Body.GetProperty("version_policy").ValueKind);
    }

    private async Task<RestReply> InferAsync(InferBody body) => await (await shared.StartedAsync()).InferAsync("add_sub", body);
}

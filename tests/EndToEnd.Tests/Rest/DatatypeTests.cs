using System.Net;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Vectors;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Rest;

/// <summary>Each of the protocol's 14 datatypes over HTTP, in JSON and in binary, comes back as it went.</summary>
public sealed class DatatypeTests(SharedAppliance shared)
{
    public static TheoryData<string> All => new(SampleTensors.Datatypes);

    [Theory, MemberData(nameof(All))]
    public Task Flat_JSON_rows(string datatype) => ComesBackAsync(datatype, i => new InferBody().WithFlat(i), Text(datatype, 2, 3));

    [Theory, MemberData(nameof(All))]
    public Task Nested_JSON_rows(string datatype) => ComesBackAsync(datatype, i => new InferBody().With(i, JsonTensor.Nested(i)), Text(datatype, 2, 3));

    [Theory, MemberData(nameof(All))]
    public Task JSON_in_and_binary_out(string datatype) => ComesBackAsync(datatype, i => new InferBody().WithFlat(i).WithBinaryOutputs(), Text(datatype, 2, 3));

    [Theory, MemberData(nameof(All))]
    public Task Binary_in_and_JSON_out(string datatype) => ComesBackAsync(datatype, i => new InferBody().WithBinary(i), Text(datatype, 3, 2));

    [Theory, MemberData(nameof(All))]
    public Task Binary_both_ways(string datatype) =>
        ComesBackAsync(datatype, i => new InferBody().WithBinary(i).WithBinaryOutputs(), SampleTensors.Of(datatype, OnnxModels.Input, 2, 3));

    [Theory, MemberData(nameof(All))]
    public async Task Tensors_without_dimensions(string datatype)
    {
        var model = "scalar_" + SharedAppliance.IdentityOf(datatype);
        await ComesBackAsync(model, new InferBody().WithFlat(Text(datatype)), Text(datatype));
        await ComesBackAsync(model, new InferBody().With(Text(datatype), JsonTensor.Nested(Text(datatype))), Text(datatype));
        await ComesBackAsync(model, new InferBody().WithBinary(Text(datatype)).WithBinaryOutputs(), Text(datatype));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Tensors_without_elements(string datatype)
    {
        var model = SharedAppliance.IdentityOf(datatype);
        foreach (var empty in new[] { Text(datatype, 2, 0), Text(datatype, 0, 3) })
        {
            await ComesBackAsync(model, new InferBody().WithFlat(empty), empty);
            await ComesBackAsync(model, new InferBody().With(empty, JsonTensor.Nested(empty)), empty);
            await ComesBackAsync(model, new InferBody().WithBinary(empty).WithBinaryOutputs(), empty, withHeader: true);
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_body_that_is_one_raw_tensor_is_one_row(string datatype)
    {
        var appliance = await shared.StartedAsync();
        // A raw body of strings is one string; rows of any width cannot be told from their bytes, so the model takes a single value.
        var value = Text(datatype);
        var body = datatype == "BYTES" ? value.Raw[4..] : value.Raw;
        var reply = await appliance.InferAsync("scalar_" + SharedAppliance.IdentityOf(datatype), body, "0");
        Assert.Equal("application/octet-stream", reply.ContentType);
        Assert.Equal(value.Raw, Assert.Single(reply.Outputs()).Raw);
    }

    [Theory]
    [InlineData("FP16")]
    [InlineData("BF16")]
    [InlineData("FP32")]
    [InlineData("FP64")]
    public async Task Numbers_that_JSON_has_no_word_for_are_strings(string datatype)
    {
        var appliance = await shared.StartedAsync();
        var input = new TensorValue(OnnxModels.Input, datatype, [1, 3], []);
        var reply = await appliance.InferAsync(SharedAppliance.IdentityOf(datatype), new InferBody().With(input, """["NaN","Infinity","-Infinity"]"""));
        Assert.Equal("""["NaN","Infinity","-Infinity"]""", reply.Body.GetProperty("outputs")[0].GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Strings_that_are_no_text_travel_in_binary_only()
    {
        var appliance = await shared.StartedAsync();
        var input = SampleTensors.Of("BYTES", OnnxModels.Input, 1, 2);
        var reply = await appliance.InferAsync("identity_bytes", new InferBody().WithBinary(input));
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal("element 0 of output 'OUTPUT0' is not valid UTF-8 and cannot travel in JSON; ask for the output with the parameter binary_data", reply.Error());
    }

    [Fact]
    public async Task Escaped_strings_are_read_as_what_they_stand_for()
    {
        var appliance = await shared.StartedAsync();
        var input = new TensorValue(OnnxModels.Input, "BYTES", [1, 3], []);
        var reply = await appliance.InferAsync("identity_bytes", new InferBody().With(input, """["\u4f1a\u5458 \ud83d\ude42","\"\\\/\b\f\n\r\t","\u0000"]"""));
        Assert.Equal(["会员 🙂", "\"\\/\b\f\n\r\t", "\0"], reply.Body.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(e => e.GetString()));
    }

    /// <summary>Samples that JSON can hold: of strings, only those that are text.</summary>
    private static TensorValue Text(string datatype, params long[] shape)
    {
        if (datatype != "BYTES") return SampleTensors.Of(datatype, OnnxModels.Input, shape);
        string[] texts = ["会员🙂", "ab", "", "\"quoted\\\"", "a\0b", "line\nend"];
        return TensorValue.OfStrings(OnnxModels.Input, shape, texts[..(int)shape.Aggregate(1L, (product, dim) => product * dim)]);
    }

    private Task ComesBackAsync(string datatype, Func<TensorValue, InferBody> body, TensorValue input) =>
        ComesBackAsync(SharedAppliance.IdentityOf(datatype), body(input), input);

    private async Task ComesBackAsync(string model, InferBody body, TensorValue input, bool withHeader = false)
    {
        var reply = await (await shared.StartedAsync()).InferAsync(model, body, withHeader);
        var output = Assert.Single(reply.Outputs());
        Assert.Equal(input.Raw, output.Raw);
        Assert.Null(TensorDifference.Between(input with { Name = OnnxModels.Output }, output));
        var binary = body.Json.Contains("binary_data_output", StringComparison.Ordinal);
        Assert.Equal(binary ? "application/octet-stream" : "application/json", reply.ContentType);
        Assert.Equal(binary, reply.JsonLength is not null);
    }
}

using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Grpc;

/// <summary>What a ModelInfer request may say besides its tensors.</summary>
public sealed class RequestTests(SharedAppliance shared)
{
    private static readonly float[] Ones = [.. Enumerable.Repeat(1f, 16)];
    private static readonly float[] Ramp = [.. Enumerable.Range(0, 16).Select(i => (float)i)];

    [Fact]
    public async Task The_id_is_echoed_and_the_answering_version_is_named()
    {
        var appliance = await shared.StartedAsync();
        var request = AddSub();
        request.Id = "purchase 42 · 会员";
        var response = await appliance.InferAsync(request);
        Assert.Equal("purchase 42 · 会员", response.Id);
        Assert.Equal("add_sub", response.ModelName);
        Assert.Equal("1", response.ModelVersion);
    }

    [Fact]
    public async Task A_request_without_an_id_is_answered_without_one() =>
        Assert.Equal("", (await (await shared.StartedAsync()).InferAsync(AddSub())).Id);

    [Fact]
    public async Task All_outputs_come_in_the_models_order_when_none_is_asked_for()
    {
        var outputs = await OutputsAsync(AddSub());
        Assert.Equal([OnnxModels.Output, OnnxModels.SecondOutput], outputs.Select(o => o.Name));
        Assert.Equal(Ramp.Select(v => v + 1), outputs[0].As<float>());
        Assert.Equal(Ramp.Select(v => v - 1), outputs[1].As<float>());
    }

    [Fact]
    public async Task Only_the_outputs_asked_for_come_in_the_order_asked_for()
    {
        Assert.Equal([OnnxModels.SecondOutput], (await OutputsAsync(AddSub().WithOutputs(OnnxModels.SecondOutput))).Select(o => o.Name));
        var both = await OutputsAsync(AddSub().WithOutputs(OnnxModels.SecondOutput, OnnxModels.Output));
        Assert.Equal([OnnxModels.SecondOutput, OnnxModels.Output], both.Select(o => o.Name));
        Assert.Equal(Ramp.Select(v => v - 1), both[0].As<float>());
    }

    [Fact]
    public async Task Inputs_may_come_in_any_order()
    {
        var outputs = await OutputsAsync(InferMessages.Raw(
            "add_sub", TensorValue.OfFloats(OnnxModels.SecondInput, [1, 16], Ones), TensorValue.OfFloats(OnnxModels.Input, [1, 16], Ramp)));
        Assert.Equal(Ramp.Select(v => v - 1), outputs[1].As<float>());
    }

    [Fact]
    public async Task Several_rows_are_answered_row_by_row()
    {
        float[] rows = [.. Enumerable.Range(0, 7 * 16).Select(i => (float)i)];
        var outputs = await OutputsAsync(InferMessages.Raw(
            "add_sub", TensorValue.OfFloats(OnnxModels.Input, [7, 16], rows), TensorValue.OfFloats(OnnxModels.SecondInput, [7, 16], rows)));
        Assert.Equal([7, 16], outputs[0].Shape);
        Assert.Equal(rows.Select(v => v + v), outputs[0].As<float>());
    }

    [Theory]
    [InlineData("", 5)]
    [InlineData("1", 2)]
    [InlineData("5", 5)]
    public async Task A_version_is_chosen_by_its_number_and_the_highest_is_the_default(string version, float factor)
    {
        var request = InferMessages.Raw("two_versions", TensorValue.OfFloats(OnnxModels.Input, [1, 4], 1, 2, 3, 4));
        request.ModelVersion = version;
        var response = await (await shared.StartedAsync()).InferAsync(request);
        Assert.Equal(version.Length == 0 ? "5" : version, response.ModelVersion);
        Assert.Equal([factor, 2 * factor, 3 * factor, 4 * factor], Assert.Single(InferMessages.Outputs(response)).As<float>());
    }

    public static TheoryData<string, InferParameter> ParametersThatAskForNothing => new()
    {
        { "sequence_id", new InferParameter { Int64Param = 0 } },
        { "sequence_id", new InferParameter { Uint64Param = 0 } },
        { "sequence_id", new InferParameter { StringParam = "" } },
        { "sequence_start", new InferParameter { BoolParam = false } },
        { "sequence_end", new InferParameter { BoolParam = false } },
        { "priority", new InferParameter { Uint64Param = 0 } },
        { "priority", new InferParameter { Int64Param = 3 } },
        { "triton_enable_empty_final_response", new InferParameter { BoolParam = false } },
        { "binary_data_output", new InferParameter { BoolParam = true } },
        { "timeout", new InferParameter { Int64Param = 5_000_000 } },
        { "timeout", new InferParameter { Uint64Param = 5_000_000 } },
        { "content_type", new InferParameter { StringParam = "pd" } },
        { "own", new InferParameter { DoubleParam = 0.5 } },
    };

    [Theory, MemberData(nameof(ParametersThatAskForNothing))]
    public async Task Parameters_that_ask_for_nothing_special_are_taken(string name, InferParameter value) =>
        Assert.Equal(2, (await OutputsAsync(AddSub().WithParameter(name, value))).Count);

    public static TheoryData<string, InferParameter, StatusCode> ParametersThatAreRefused => new()
    {
        { "sequence_id", new InferParameter { Int64Param = 7 }, StatusCode.Unimplemented },
        { "sequence_id", new InferParameter { StringParam = "session" }, StatusCode.Unimplemented },
        { "sequence_start", new InferParameter { BoolParam = true }, StatusCode.Unimplemented },
        { "triton_enable_empty_final_response", new InferParameter { BoolParam = true }, StatusCode.Unimplemented },
        { "triton_final_response", new InferParameter { BoolParam = true }, StatusCode.InvalidArgument },
        { "headers", new InferParameter { StringParam = "" }, StatusCode.InvalidArgument },
        { "sequence_start", new InferParameter { Int64Param = 1 }, StatusCode.InvalidArgument },
        { "priority", new InferParameter { StringParam = "high" }, StatusCode.InvalidArgument },
        { "priority", new InferParameter { Int64Param = -1 }, StatusCode.InvalidArgument },
        { "timeout", new InferParameter { Int64Param = -1 }, StatusCode.InvalidArgument },
        { "timeout", new InferParameter { StringParam = "soon" }, StatusCode.InvalidArgument },
        { "timeout", new InferParameter { BoolParam = true }, StatusCode.InvalidArgument },
    };

    [Theory, MemberData(nameof(ParametersThatAreRefused))]
    public async Task Parameters_that_cannot_be_honoured_are_refused_by_name(string name, InferParameter value, StatusCode expected)
    {
        var refusal = await (await shared.StartedAsync()).RefusalAsync(AddSub().WithParameter(name, value));
        Assert.Equal(expected, refusal.StatusCode);
        Assert.Contains($"'{name}'", refusal.Detail);
    }

    private static ModelInferRequest AddSub() => InferMessages.Raw(
        "add_sub", TensorValue.OfFloats(OnnxModels.Input, [1, 16], Ramp), TensorValue.OfFloats(OnnxModels.SecondInput, [1, 16], Ones));

    private async Task<IReadOnlyList<TensorValue>> OutputsAsync(ModelInferRequest request) => await (await shared.StartedAsync()).OutputsAsync(request);
}

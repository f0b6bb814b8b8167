using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace EndToEnd.Tests.Grpc;

/// <summary>Requests that do not fit the model: the status and a sentence that names what is at fault.</summary>
public sealed class RefusalTests(SharedAppliance shared)
{
    private static readonly float[] Row = new float[16];

    [Fact]
    public Task An_unknown_model() =>
        IsRefusedAsync(r => r.ModelName = "nobody", StatusCode.NotFound, "Request for unknown model: 'nobody' is not found");

    [Fact]
    public Task No_model_at_all() => IsRefusedAsync(r => r.ModelName = "", StatusCode.NotFound, "unknown model");

    [Fact]
    public Task A_version_that_is_not_there() =>
        IsRefusedAsync(r => r.ModelVersion = "9", StatusCode.NotFound, "Request for unknown model: 'add_sub' version 9 is not found");

    [Theory]
    [InlineData("latest")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("99999999999999999999")]
    public Task A_version_that_is_no_number(string version) => IsRefusedAsync(r => r.ModelVersion = version, StatusCode.InvalidArgument, $"'{version}'");

    [Fact]
    public Task An_input_the_model_does_not_have() =>
        IsRefusedAsync(r => r.Inputs[1].Name = "INPUT9", StatusCode.InvalidArgument, "unexpected inference input 'INPUT9' for model 'add_sub'");

    [Fact]
    public Task An_input_given_twice() => IsRefusedAsync(r => r.Inputs[1].Name = OnnxModels.Input, StatusCode.InvalidArgument, "'INPUT0' is given twice");

    [Fact]
    public Task A_missing_input() =>
        IsRefusedAsync(DropSecondInput, StatusCode.InvalidArgument, "missing required input(s) ['INPUT1']");

    [Fact]
    public Task An_output_the_model_does_not_have() =>
        IsRefusedAsync(r => r.WithOutputs("OUTPUT9"), StatusCode.InvalidArgument, "unexpected inference output 'OUTPUT9' for model 'add_sub'");

    [Fact]
    public Task An_output_asked_for_twice() =>
        IsRefusedAsync(r => r.WithOutputs(OnnxModels.Output, OnnxModels.Output), StatusCode.InvalidArgument, "'OUTPUT0' is asked for twice");

    [Fact]
    public Task Another_datatype() => IsRefusedAsync(
        r => r.Inputs[0].Datatype = "INT32", StatusCode.InvalidArgument, "inference input 'INPUT0' data-type is 'INT32', but model 'add_sub' expects 'FP32'");

    [Theory]
    [InlineData("")]
    [InlineData("fp32")]
    [InlineData("FLOAT")]
    [InlineData("FP32 ")]
    public Task A_datatype_that_is_none(string datatype) => IsRefusedAsync(r => r.Inputs[0].Datatype = datatype, StatusCode.InvalidArgument, "datatype");

    [Fact]
    public Task A_row_of_another_width() => IsRefusedAsync(
        r => SetShape(r, 1, 17), StatusCode.InvalidArgument, "unexpected shape for input 'INPUT0' for model 'add_sub'. Expected [-1,16], got [1,17]");

    [Fact]
    public Task Too_few_dimensions() => IsRefusedAsync(r => SetShape(r, 16), StatusCode.InvalidArgument, "Expected [-1,16], got [16]");

    [Fact]
    public Task Too_many_dimensions() => IsRefusedAsync(r => SetShape(r, 1, 1, 16), StatusCode.InvalidArgument, "Expected [-1,16], got [1,1,16]");

    [Fact]
    public Task A_negative_dimension() => IsRefusedAsync(r => SetShape(r, -1, 16), StatusCode.InvalidArgument, "got [-1,16]");

    [Fact]
    public Task Row_counts_that_differ() => IsRefusedAsync(
        r =>
        {
            SetShape(r, 2, 16);
            r.RawInputContents[0] = ByteString.CopyFrom(new byte[2 * 16 * 4]);
        },
        StatusCode.InvalidArgument, "batch size does not match");

    [Fact]
    public Task More_rows_than_the_model_takes_at_once() => IsRefusedAsync(
        r =>
        {
            foreach (var input in r.Inputs)
            {
                input.Shape.Clear();
                input.Shape.Add([129L, 16L]);
            }
            for (var i = 0; i < 2; i++) r.RawInputContents[i] = ByteString.CopyFrom(new byte[129 * 16 * 4]);
        },
        StatusCode.InvalidArgument, "batch-size must be <= 128");

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public Task Another_number_of_bytes(int bytes) => IsRefusedAsync(
        r => r.RawInputContents[0] = ByteString.CopyFrom(new byte[bytes]),
        StatusCode.InvalidArgument, $"input byte size mismatch for input 'INPUT0' for model 'add_sub'. Expected 64, got {bytes}");

    [Fact]
    public Task Raw_contents_for_some_inputs_only() =>
        IsRefusedAsync(r => r.RawInputContents.RemoveAt(1), StatusCode.InvalidArgument, "expected raw_input_contents for all 2 inputs, got 1");

    [Fact]
    public Task More_raw_contents_than_inputs() =>
        IsRefusedAsync(r => r.RawInputContents.Add(ByteString.Empty), StatusCode.InvalidArgument, "expected raw_input_contents for all 2 inputs, got 3");

    [Fact]
    public Task Raw_and_typed_contents_mixed() => IsRefusedAsync(
        r => r.Inputs[0].Contents = TypedForm.Of(TensorValue.OfFloats("", [1, 16], Row)),
        StatusCode.InvalidArgument, "contents field must not be specified when using raw_input_contents");

    [Fact]
    public Task Typed_contents_of_another_type() => IsTypedRefusedAsync(c =>
    {
        c.Fp32Contents.Clear();
        c.Fp64Contents.Add(new double[16]);
    });

    [Fact]
    public Task Too_many_typed_elements() => IsTypedRefusedAsync(c => c.Fp32Contents.Add(1));

    [Fact]
    public Task Too_few_typed_elements() => IsTypedRefusedAsync(c => c.Fp32Contents.RemoveAt(0));

    [Fact]
    public Task Two_kinds_of_typed_elements() => IsTypedRefusedAsync(c => c.IntContents.Add(1));

    [Fact]
    public async Task A_dimension_that_overflows()
    {
        var appliance = await shared.StartedAsync();
        foreach (var dim in new[] { long.MaxValue, long.MaxValue / 2, 1L << 40, 1L << 31 })
        {
            var request = InferMessages.Raw(SharedAppliance.IdentityOf("FP32"), TensorValue.OfFloats(OnnxModels.Input, [dim, dim]) with { Raw = new byte[16] });
            Assert.Equal(StatusCode.InvalidArgument, (await appliance.RefusalAsync(request)).StatusCode);
        }
        await appliance.AssertAliveAsync();
    }

    [Theory]
    [InlineData(new byte[] { 3, 0, 0 })]
    [InlineData(new byte[] { 9, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 })]
    public async Task Strings_whose_lengths_lie(byte[] raw)
    {
        var appliance = await shared.StartedAsync();
        var refusal = await appliance.RefusalAsync(InferMessages.Raw(SharedAppliance.IdentityOf("BYTES"), new TensorValue(OnnxModels.Input, "BYTES", [1, 1], raw)));
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains("'INPUT0'", refusal.Detail);
    }

    [Theory]
    [InlineData("shared_memory_region")]
    public async Task Tensors_in_shared_memory(string parameter)
    {
        await IsRefusedAsync(r => r.Inputs[0].Parameters[parameter] = new InferParameter { StringParam = "region" }, StatusCode.Unimplemented, "shared memory");
        await IsRefusedAsync(
            r => r.WithOutputs(OnnxModels.Output).Outputs[0].Parameters[parameter] = new InferParameter { StringParam = "region" }, StatusCode.Unimplemented, "shared memory");
    }

    private static ModelInferRequest AddSub() => InferMessages.Raw(
        "add_sub", TensorValue.OfFloats(OnnxModels.Input, [1, 16], Row), TensorValue.OfFloats(OnnxModels.SecondInput, [1, 16], Row));

    private static void SetShape(ModelInferRequest request, params long[] shape)
    {
        request.Inputs[0].Shape.Clear();
        request.Inputs[0].Shape.Add(shape);
    }

    private static void DropSecondInput(ModelInferRequest request)
    {
        request.Inputs.RemoveAt(1);
        request.RawInputContents.RemoveAt(1);
    }

    private async Task IsTypedRefusedAsync(Action<InferTensorContents> change)
    {
        var request = InferMessages.Typed(
            "add_sub", TensorValue.OfFloats(OnnxModels.Input, [1, 16], Row), TensorValue.OfFloats(OnnxModels.SecondInput, [1, 16], Row));
        change(request.Inputs[0].Contents);
        var refusal = await (await shared.StartedAsync()).RefusalAsync(request);
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains("unable to read the contents of input 'INPUT0' for model 'add_sub': the shape holds 16 elements of FP32", refusal.Detail);
    }

    private async Task IsRefusedAsync(Action<ModelInferRequest> change, StatusCode code, string sentence)
    {
        var request = AddSub();
        change(request);
        var refusal = await (await shared.StartedAsync()).RefusalAsync(request);
        Assert.Equal(code, refusal.StatusCode);
        Assert.Contains(sentence, refusal.Detail);
    }
}

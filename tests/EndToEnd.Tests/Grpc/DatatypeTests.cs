using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Vectors;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Grpc;

/// <summary>Each of the protocol's 14 datatypes, in both forms, comes back as it went.</summary>
public sealed class DatatypeTests(SharedAppliance shared)
{
    public static TheoryData<string> All => new(SampleTensors.Datatypes);
    public static TheoryData<string> WithTypedForm => new(SampleTensors.Datatypes.Where(TypedForm.Exists));
    public static TheoryData<string> WithoutTypedForm => new(SampleTensors.Datatypes.Where(d => !TypedForm.Exists(d)));

    [Theory, MemberData(nameof(All))]
    public Task Raw_rows(string datatype) => ComesBackAsync(IdentityModel(datatype), Sample(datatype, 2, 3), typed: false);

    [Theory, MemberData(nameof(WithTypedForm))]
    public Task Typed_rows(string datatype) => ComesBackAsync(IdentityModel(datatype), Sample(datatype, 2, 3), typed: true);

    [Theory, MemberData(nameof(All))]
    public Task Raw_tensors_without_dimensions(string datatype) => ComesBackAsync(ScalarModel(datatype), Sample(datatype), typed: false);

    [Theory, MemberData(nameof(WithTypedForm))]
    public Task Typed_tensors_without_dimensions(string datatype) => ComesBackAsync(ScalarModel(datatype), Sample(datatype), typed: true);

    [Theory, MemberData(nameof(All))]
    public async Task Raw_tensors_without_elements(string datatype)
    {
        await ComesBackAsync(IdentityModel(datatype), Sample(datatype, 2, 0), typed: false);
        await ComesBackAsync(IdentityModel(datatype), Sample(datatype, 0, 3), typed: false);
    }

    [Theory, MemberData(nameof(WithTypedForm))]
    public async Task Typed_tensors_without_elements(string datatype)
    {
        await ComesBackAsync(IdentityModel(datatype), Sample(datatype, 2, 0), typed: true);
        await ComesBackAsync(IdentityModel(datatype), Sample(datatype, 0, 3), typed: true);
    }

    [Theory, MemberData(nameof(WithoutTypedForm))]
    public async Task Sixteen_bit_floats_have_no_typed_form(string datatype)
    {
        var appliance = await shared.StartedAsync();
        var request = new ModelInferRequest
        {
            ModelName = IdentityModel(datatype),
            Inputs =
            {
                new ModelInferRequest.Types.InferInputTensor
                {
                    Name = OnnxModels.Input,
                    Datatype = datatype,
                    Shape = { 1, 1 },
                    Contents = new InferTensorContents { Fp32Contents = { 1 } },
                },
            },
        };
        var refusal = await appliance.RefusalAsync(request);
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains("raw_input_contents", refusal.Detail);
    }

    [Fact]
    public async Task NaN_keeps_its_bits()
    {
        int[] bits = [0x7FC00000, 0x7FC12345, unchecked((int)0xFFC00001)];
        await ComesBackAsync(IdentityModel("FP32"), TensorValue.Of(OnnxModels.Input, "FP32", [1, 3], bits), typed: false);
    }

    [Fact]
    public async Task A_string_of_a_megabyte_comes_back()
    {
        var text = new byte[1 << 20];
        Random.Shared.NextBytes(text);
        await ComesBackAsync(IdentityModel("BYTES"), TensorValue.OfStrings(OnnxModels.Input, [1, 2], [text, [1]]), typed: false);
    }

    [Theory]
    [InlineData("INT8", 128)]
    [InlineData("INT8", -129)]
    [InlineData("INT16", 32768)]
    [InlineData("INT16", -32769)]
    public async Task Typed_values_outside_the_datatypes_range_are_refused(string datatype, int value)
    {
        var appliance = await shared.StartedAsync();
        var request = InferMessages.Typed(IdentityModel(datatype), Sample(datatype, 1, 1));
        request.Inputs[0].Contents.IntContents[0] = value;
        var refusal = await appliance.RefusalAsync(request);
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Contains(OnnxModels.Input, refusal.Detail);
    }

    private static string IdentityModel(string datatype) => SharedAppliance.IdentityOf(datatype);

    private static string ScalarModel(string datatype) => "scalar_" + SharedAppliance.IdentityOf(datatype);

    private static TensorValue Sample(string datatype, params long[] shape) => SampleTensors.Of(datatype, OnnxModels.Input, shape);

    private async Task ComesBackAsync(string model, TensorValue input, bool typed)
    {
        var appliance = await shared.StartedAsync();
        var output = Assert.Single(await appliance.OutputsAsync(typed ? InferMessages.Typed(model, input) : InferMessages.Raw(model, input)));
        Assert.Equal(input.Raw, output.Raw);
        Assert.Null(TensorDifference.Between(input with { Name = OnnxModels.Output }, output));
    }
}

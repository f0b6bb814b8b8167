using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Tensors;

public sealed class ModelSignatureTests
{
    private static readonly ModelSignature Three = SignatureBuilder.Batched(8)
        .Input("a", Datatype.FP32, 1).Input("é", Datatype.FP32, 1).Input("", Datatype.FP32, 1).Output("y", Datatype.FP32, 1).Build();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(99, 1)]
    [InlineData(-1, 1)]
    public void A_name_is_found_whatever_the_guess(int guess, int expected) => Assert.Equal(expected, Three.FindInput("é"u8, guess));

    [Fact]
    public void A_name_that_is_not_there_is_minus_one()
    {
        Assert.Equal(-1, Three.FindInput("b"u8, 0));
        Assert.Equal(-1, Three.FindOutput("a"u8, 0));
        Assert.Equal(2, Three.FindInput(""u8, 0));
    }

    [Fact]
    public void Shapes_are_fixed_only_where_every_input_must_be_there_with_one_shape()
    {
        Assert.True(Three.HasFixedShapes);
        Assert.False(SignatureBuilder.Batched(8).Input("a", Datatype.FP32, -1).Build().HasFixedShapes);
        Assert.False(SignatureBuilder.Batched(8).OptionalInput("a", Datatype.FP32, 1).Build().HasFixedShapes);
        Assert.False(SignatureBuilder.Batched(8).Input("a", Datatype.FP32, null).Build().HasFixedShapes);
        Assert.True(SignatureBuilder.Batched(8).Input("a", Datatype.Bytes, 2).Build().HasFixedShapes);
    }

    [Fact]
    public void Required_inputs_are_those_that_are_not_optional() =>
        Assert.Equal(1, SignatureBuilder.Unbatched().OptionalInput("a", Datatype.FP32, 1).Input("b", Datatype.FP32, 1).Build().RequiredInputs);

    [Fact]
    public void A_maximum_of_zero_means_no_batches()
    {
        Assert.False(SignatureBuilder.Unbatched().Build().Batches);
        Assert.True(SignatureBuilder.Batched(1).Build().Batches);
    }
}

using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Vectors;

public sealed class TensorDifferenceTests
{
    private static readonly TensorValue Expected = TensorValue.OfFloats("y", [2], 1f, 2f);

    [Fact]
    public void Equal_bits_are_no_difference() => Assert.Null(TensorDifference.Between(Expected, TensorValue.OfFloats("y", [2], 1f, 2f)));

    [Fact]
    public void One_bit_is_a_difference() =>
        Assert.Equal("element 1 of 'y' is 01000040 instead of 00000040 (FP32)", TensorDifference.Between(Expected, TensorValue.OfFloats("y", [2], 1f, MathF.BitIncrement(2f))));

    [Fact]
    public void Zeros_of_either_sign_differ() =>
        Assert.NotNull(TensorDifference.Between(TensorValue.OfFloats("y", [1], 0f), TensorValue.OfFloats("y", [1], -0f)));

    [Fact]
    public void Two_NaNs_are_equal_whatever_their_bits() =>
        Assert.Null(TensorDifference.Between(TensorValue.OfFloats("y", [1], float.NaN), TensorValue.OfFloats("y", [1], BitConverter.UInt32BitsToSingle(0x7FC00001))));

    [Fact]
    public void Shape_name_and_datatype_are_compared()
    {
        Assert.NotNull(TensorDifference.Between(Expected, Expected with { Shape = [2, 1] }));
        Assert.NotNull(TensorDifference.Between(Expected, Expected with { Name = "z" }));
        Assert.NotNull(TensorDifference.Between(Expected, Expected with { Datatype = "INT32" }));
        Assert.NotNull(TensorDifference.Between([Expected], []));
    }
}

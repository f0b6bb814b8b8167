using Appliance.Inference.Tensors;

namespace TestKit.Tests;

public sealed class ScriptedTensorTests
{
    [Fact]
    public void Numbers_and_strings_come_back_as_they_went_in()
    {
        Assert.Equal([1.5f, -2f], ScriptedTensor.Of("x", Datatype.FP32, [2], 1.5f, -2f).Values<float>());
        Assert.Equal(["", "春", "abc"], ScriptedTensor.OfStrings("x", [3], "", "春", "abc").Strings());
    }
}

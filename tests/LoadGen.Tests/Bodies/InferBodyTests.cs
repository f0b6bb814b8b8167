using System.Runtime.InteropServices;
using System.Text.Json;
using Appliance.LoadGen.Bodies;
using Contracts.Inference;
using Xunit;

namespace LoadGen.Tests.Bodies;

public sealed class InferBodyTests
{
    private static readonly long[] _shape = [2, 3];

    [Fact]
    public void The_frame_holds_the_message_with_its_length_and_the_values_raw()
    {
        var values = InferBody.Values(_shape, seed: 3);
        var frame = InferBody.Frame(InferBody.Request("m", "x", _shape, values));

        Assert.Equal([0, 0, 0, 0, (byte)(frame.Length - 5)], frame[..5]);
        var request = ModelInferRequest.Parser.ParseFrom(frame, 5, frame.Length - 5);
        Assert.Equal("m", request.ModelName);
        Assert.Equal(("x", "FP32"), (request.Inputs[0].Name, request.Inputs[0].Datatype));
        Assert.Equal(_shape, request.Inputs[0].Shape);
        Assert.Equal(values, MemoryMarshal.Cast<byte, float>(request.RawInputContents[0].Span).ToArray());
    }

    [Fact]
    public void The_json_holds_the_same_values_to_the_last_bit()
    {
        var values = InferBody.Values(_shape, seed: 3);
        using var json = JsonDocument.Parse(InferBody.Json("the \"x\"", _shape, values));

        var input = json.RootElement.GetProperty("inputs")[0];
        Assert.Equal("the \"x\"", input.GetProperty("name").GetString());
        Assert.Equal("FP32", input.GetProperty("datatype").GetString());
        Assert.Equal(_shape, input.GetProperty("shape").EnumerateArray().Select(dim => dim.GetInt64()));
        Assert.Equal(values, input.GetProperty("data").EnumerateArray().Select(value => value.GetSingle()));
    }

    [Fact]
    public void The_seed_decides_the_values()
    {
        Assert.Equal(InferBody.Values([1, 64], 4), InferBody.Values([1, 64], 4));
        Assert.NotEqual(InferBody.Values([1, 64], 4), InferBody.Values([1, 64], 5));
        Assert.All(InferBody.Values([1, 64], 4), value => Assert.InRange(value, -1, 1));
    }
}

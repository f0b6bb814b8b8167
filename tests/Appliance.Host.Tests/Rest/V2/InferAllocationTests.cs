using System.Text;
using Appliance.Host.Rest;
using Appliance.Host.Rest.V2;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

/// <summary>Tensors in JSON cost no garbage, whatever their size.</summary>
public sealed class InferAllocationTests
{
    [Theory]
    [InlineData("FP32", "1.25")]
    [InlineData("FP16", "1.25")]
    [InlineData("INT64", "9007199254740993")]
    [InlineData("BYTES", "\"caf\\u00e9\"")]
    public void Decoding_allocates_nothing_once_warm(string datatype, string element)
    {
        var data = string.Join(",", Enumerable.Repeat(element, 5_000));
        var body = Encoding.UTF8.GetBytes($$$"""{"id":"a","inputs":[{"name":"x","shape":[5000],"datatype":"{{{datatype}}}","data":[{{{data}}}]}],"outputs":[{"name":"y","parameters":{"binary_data":true}}]}""");
        var entry = new BatchEntry();

        var allocated = AllocatedBy(() =>
        {
            if (JsonInferDecoder.Decode(entry, body, body.Length, out _) != ScoreStatus.Ok) throw new InvalidOperationException(entry.Error);
            entry.Reset();
        });

        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData(Datatype.FP32)]
    [InlineData(Datatype.FP16)]
    [InlineData(Datatype.Int64)]
    [InlineData(Datatype.Bytes)]
    public void Encoding_allocates_nothing_once_warm(Datatype datatype)
    {
        var raw = datatype == Datatype.Bytes
            ? ScriptedTensor.OfStrings("", [1000], [.. Enumerable.Repeat("café \"x\"", 1000)]).Bytes
            : new byte[8_000];
        var reply = JsonReply.Rent();

        var allocated = AllocatedBy(() =>
        {
            TensorDataWriter.TryWrite(reply.Json, datatype, raw, out _);
            reply.Json.Flush();
            reply.Json.Reset();
            reply.Buffer.Clear();
        });

        Assert.Equal(0, allocated);
    }

    private static long AllocatedBy(Action action)
    {
        for (var i = 0; i < 50; i++) action();
        return Allocations.Least(action);
    }
}

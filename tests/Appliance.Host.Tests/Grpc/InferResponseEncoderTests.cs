using System.Runtime.InteropServices;
using Appliance.Host.Grpc;
using Appliance.Inference;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class InferResponseEncoderTests
{
    // Around the lengths at which a length or a dimension takes one more byte; 0 is a tensor of no elements.
    public static TheoryData<int, string> Sizes => new MatrixTheoryData<int, string>([0, 1, 3, 31, 32, 127, 128, 4095, 4096, 16_383, 16_384, 100_000], ["", "an id"]);

    [Theory, MemberData(nameof(Sizes))]
    public async Task An_answer_takes_exactly_the_size_that_was_told_and_reads_back(int floats, string id)
    {
        var models = new TestModels(TimeProvider.System);
        var signature = SignatureBuilder.Batched(4).Input("x", Datatype.FP32, -1).Input("s", Datatype.Bytes, 1).Output("y", Datatype.FP32, -1).Output("t", Datatype.Bytes, 1).Build();
        models.Serve("m", 3, signature, new ScriptedModelInstance(signature, TimeProvider.System, ScriptedModelInstance.Echo(signature)));
        Assert.True(models.Pipeline.TryRent(out var entry));
        float[] values = [.. Enumerable.Range(0, floats).Select(i => (float)i)];
        new EntryBuilder(entry).For("m").WithId(id).Floats("x", [1, floats], values).Strings("s", [1, 1], "text");
        Assert.Equal(ScoreStatus.Ok, await models.Pipeline.InferAsync(entry));

        var message = new byte[InferResponseEncoder.SizeOf(entry)];
        InferResponseEncoder.Write(entry, message);

        var parsed = ModelInferResponse.Parser.ParseFrom(message);
        Assert.Equal(message.Length, parsed.CalculateSize());
        Assert.Equal(("m", "3", id), (parsed.ModelName, parsed.ModelVersion, parsed.Id));
        Assert.Equal([("y", "FP32", $"1,{floats}"), ("t", "BYTES", "1,1")], parsed.Outputs.Select(o => (o.Name, o.Datatype, string.Join(',', o.Shape))));
        Assert.Equal(values, MemoryMarshal.Cast<byte, float>(parsed.RawOutputContents[0].Span).ToArray());
        Assert.Equal(EntryBuilder.RawStrings("text"), parsed.RawOutputContents[1].ToByteArray());
        models.Pipeline.Return(entry);
    }
}

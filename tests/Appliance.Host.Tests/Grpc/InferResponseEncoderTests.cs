using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Appliance.Host.Grpc;
using Appliance.Inference;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class InferResponseEncoderTests
{
    // Around what is written through one span, and far from it on both sides; 0 is a tensor of no elements.
    public static TheoryData<int, string> Sizes => new MatrixTheoryData<int, string>([0, 1, 3, 480, 490, 495, 500, 505, 512, 600, 100_000], ["", "an id"]);

    [Theory, MemberData(nameof(Sizes))]
    public async Task A_framed_answer_is_the_prefix_and_the_message_and_reads_back(int floats, string id)
    {
        var models = new TestModels(TimeProvider.System);
        var signature = SignatureBuilder.Batched(4).Input("x", Datatype.FP32, -1).Input("s", Datatype.Bytes, 1).Output("y", Datatype.FP32, -1).Output("t", Datatype.Bytes, 1).Build();
        models.Serve("m", 3, signature, new ScriptedModelInstance(signature, TimeProvider.System, ScriptedModelInstance.Echo(signature)));
        Assert.True(models.Pipeline.TryRent(out var entry));
        float[] values = [.. Enumerable.Range(0, floats).Select(i => (float)i)];
        new EntryBuilder(entry).For("m").WithId(id).Floats("x", [1, floats], values).Strings("s", [1, 1], "text");
        Assert.Equal(ScoreStatus.Ok, await models.Pipeline.InferAsync(entry));

        var (message, framed) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        InferResponseEncoder.Write(entry, message);
        InferResponseEncoder.WriteFramed(entry, framed);
        Assert.Equal(InferResponseEncoder.SizeOf(entry), message.WrittenCount);
        Assert.Equal(0, framed.WrittenSpan[0]);
        Assert.Equal(message.WrittenCount, BinaryPrimitives.ReadInt32BigEndian(framed.WrittenSpan[1..]));
        Assert.Equal(message.WrittenSpan.ToArray(), framed.WrittenSpan[5..].ToArray());

        var parsed = ModelInferResponse.Parser.ParseFrom(framed.WrittenSpan[5..]);
        Assert.Equal(("m", "3", id), (parsed.ModelName, parsed.ModelVersion, parsed.Id));
        Assert.Equal([("y", "FP32", $"1,{floats}"), ("t", "BYTES", "1,1")], parsed.Outputs.Select(o => (o.Name, o.Datatype, string.Join(',', o.Shape))));
        Assert.Equal(values, MemoryMarshal.Cast<byte, float>(parsed.RawOutputContents[0].Span).ToArray());
        Assert.Equal(EntryBuilder.RawStrings("text"), parsed.RawOutputContents[1].ToByteArray());
        models.Pipeline.Return(entry);
    }
}

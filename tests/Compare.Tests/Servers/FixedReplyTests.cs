using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Contracts.Inference;
using Floor;
using Google.Protobuf;
using Xunit;

namespace Compare.Tests.Servers;

public sealed class FixedReplyTests
{
    [Fact]
    public void The_floors_answer_is_the_message_that_the_model_would_send()
    {
        var frame = FixedReply.Frame.ToArray();
        var expected = new ModelInferResponse
        {
            ModelName = "mlp",
            ModelVersion = "1",
            Outputs = { new ModelInferResponse.Types.InferOutputTensor { Name = "output", Datatype = "FP32", Shape = { 1, 1 } } },
            RawOutputContents = { ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([0.5f])) },
        };

        Assert.Equal(0, frame[0]);
        Assert.Equal(frame.Length - 5, BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1)));
        Assert.Equal(expected, ModelInferResponse.Parser.ParseFrom(frame, 5, frame.Length - 5));
    }

    [Theory]
    [InlineData(FixedReply.MinBytes)]
    [InlineData(139)]
    [InlineData(100_000)]
    public void An_answer_of_a_given_length_has_it_and_is_a_message_with_nothing_that_is_known(int bytes)
    {
        var frame = FixedReply.OfLength(bytes);

        Assert.Equal((bytes, bytes - 5), (frame.Length, BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1))));
        var message = ModelInferResponse.Parser.WithDiscardUnknownFields(true).ParseFrom(frame, 5, frame.Length - 5);
        Assert.Equal(new ModelInferResponse(), message);
    }
}

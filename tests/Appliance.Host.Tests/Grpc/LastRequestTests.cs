using Appliance.Host.Grpc;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using Google.Protobuf;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class LastRequestTests
{
    private static readonly ModelSignature Rows = SignatureBuilder.Echo(4, Datatype.FP32, 2);
    private static readonly ModelSignature Strings = SignatureBuilder.Echo(4, Datatype.Bytes, 1);

    private readonly LastRequest _last = new();

    [Theory]
    [InlineData("")]
    [InlineData("an id")]
    public void Any_other_byte_than_those_of_contents_and_id_makes_another_request(string id)
    {
        var message = Request(id).ToByteArray();
        Assert.True(Keeps(message));
        Assert.True(_last.Is(message));
        var contents = message.Length - 8;
        var idAt = message.AsSpan().IndexOf("an id"u8);
        for (var i = 0; i < message.Length; i++)
        {
            message[i] ^= 1;
            Assert.Equal(i >= contents || (idAt >= 0 && i >= idAt && i < idAt + id.Length), _last.Is(message));
            message[i] ^= 1;
        }
        Assert.False(_last.Is(message.AsMemory(1)));
        Assert.False(_last.Is(message.AsMemory(0, message.Length - 1)));
    }

    [Fact]
    public void The_same_bytes_elsewhere_are_another_request()
    {
        var message = Request().ToByteArray();
        Assert.True(Keeps(message));
        Assert.False(_last.Is((byte[])message.Clone()));
        _last.Forget();
        Assert.False(_last.Is(message));
    }

    [Fact]
    public void Several_contents_may_all_differ()
    {
        var request = Request("id", floats: 1);
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "y", Datatype = "FP32", Shape = { 1, 1 } });
        request.RawInputContents.Add(ByteString.CopyFrom(new byte[4]));
        var message = request.ToByteArray();
        var two = new ModelSignature([new TensorSpec("x", Datatype.FP32, [1], batched: true), new TensorSpec("y", Datatype.FP32, [1], batched: true)], Rows.Outputs, 4);
        Assert.True(Keeps(message, two));
        message.AsSpan(message.Length - 4).Fill(7);
        message.AsSpan(message.Length - 10, 4).Fill(8);
        Assert.True(_last.Is(message));
        message[^5]++;
        Assert.False(_last.Is(message));
    }

    [Fact]
    public void A_request_whose_contents_decide_whether_it_fits_is_not_kept()
    {
        var request = Request(floats: 1);
        request.Inputs[0].Datatype = "BYTES";
        request.RawInputContents[0] = ByteString.CopyFrom(1, 0, 0, 0, (byte)'a');
        Assert.False(Keeps(request.ToByteArray(), Strings));
        request = Request(floats: 2);
        request.RawInputContents.Clear();
        request.Inputs[0].Contents = new InferTensorContents { Fp32Contents = { 1, 2 } };
        Assert.False(Keeps(request.ToByteArray()));
    }

    [Fact]
    public void A_request_with_parameters_is_not_kept()
    {
        var request = Request();
        request.Parameters["priority"] = new InferParameter { Uint64Param = 1 };
        Assert.False(Keeps(request.ToByteArray()));
    }

    [Fact]
    public void A_request_whose_shape_was_taken_in_another_way_is_not_kept()
    {
        var oneValue = new ModelSignature([new TensorSpec("x", Datatype.FP32, [], batched: true)], Rows.Outputs, 4);
        Assert.False(Keeps(Request(floats: 1).ToByteArray(), oneValue));
    }

    [Fact]
    public void A_request_that_was_not_bound_is_not_kept()
    {
        var message = Request().ToByteArray();
        var entry = new BatchEntry();
        Assert.Equal(ScoreStatus.Ok, InferRequestDecoder.Decode(message, entry));
        _last.Keep(message, entry);
        Assert.False(_last.IsKept);
    }

    [Fact]
    public void A_long_request_is_not_kept()
    {
        var long_ = new ModelSignature([new TensorSpec("x", Datatype.FP32, [1100], batched: true)], Rows.Outputs, 4);
        Assert.False(Keeps(Request(floats: 1100).ToByteArray(), long_));
        // Nor one with so much beside its contents.
        var request = Request();
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y", Parameters = { [new string('p', 600)] = new InferParameter { BoolParam = true } } });
        Assert.False(Keeps(request.ToByteArray()));
        request.Outputs.Clear();
        Assert.True(Keeps(request.ToByteArray()));
    }

    private static ModelInferRequest Request(string id = "", int floats = 2)
    {
        var request = FakeCall.Row(7, id);
        request.Inputs[0].Shape[1] = floats;
        request.RawInputContents[0] = ByteString.CopyFrom(new byte[4 * floats]);
        return request;
    }

    private bool Keeps(byte[] message, ModelSignature? signature = null)
    {
        var entry = new BatchEntry();
        Assert.Equal(ScoreStatus.Ok, InferRequestDecoder.Decode(message, entry));
        Assert.True(RequestBinder.Bind(entry, signature ?? Rows, "m") == ScoreStatus.Ok, entry.Error);
        _last.Keep(message, entry);
        return _last.IsKept;
    }
}

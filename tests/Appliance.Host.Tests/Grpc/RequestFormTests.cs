using Appliance.Host.Grpc;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using Google.Protobuf;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class RequestFormTests
{
    private static readonly ModelSignature Rows = SignatureBuilder.Echo(4, Datatype.FP32, 2);
    private static readonly ModelSignature Strings = SignatureBuilder.Echo(4, Datatype.Bytes, 1);

    private readonly RequestForms _forms = new();

    [Theory]
    [InlineData("")]
    [InlineData("an id")]
    public void Any_other_byte_than_those_of_contents_and_id_makes_another_form(string id)
    {
        var message = Request(id).ToByteArray();
        var form = FormOf(message)!;
        Assert.True(form.Is(message));
        var contents = message.Length - 8;
        var idAt = message.AsSpan().IndexOf("an id"u8);
        for (var i = 0; i < message.Length; i++)
        {
            message[i] ^= 1;
            Assert.Equal(i >= contents || (idAt >= 0 && i >= idAt && i < idAt + id.Length), form.Is(message));
            message[i] ^= 1;
        }
        Assert.False(form.Is(message.AsSpan(1)));
        Assert.False(form.Is(message.AsSpan(0, message.Length - 1)));
        Assert.False(form.Is([]));
        Assert.False(new RequestForm().Is([]));
    }

    [Fact]
    public void Forms_are_found_again_and_the_oldest_gives_way()
    {
        byte[][] messages = [.. Enumerable.Range(1, 5).Select(n => Request(new string('i', n)).ToByteArray())];
        var forms = messages[..4].Select(m => FormOf(m)!).ToArray();
        Assert.Equal(4, forms.Distinct().Count());
        Assert.Equal(forms, messages[..4].Select(m => FormOf(m)!));
        var generation = forms[0].Generation;
        // The first gives way. Whoever holds it sees by its generation that it is none any more.
        var fifth = FormOf(messages[4])!;
        Assert.DoesNotContain(fifth, forms);
        Assert.Equal((generation + 1, false), (forms[0].Generation, forms[0].Is(messages[0])));
        Assert.Equal([forms[1], forms[2], forms[3], fifth], messages[1..].Select(m => FormOf(m)!));
        // One that has no form takes none's place.
        var request = Request();
        request.Parameters["priority"] = new InferParameter { Uint64Param = 1 };
        for (var i = 0; i < 9; i++) Assert.Null(FormOf(request.ToByteArray()));
        Assert.Equal([forms[1], forms[2], forms[3], fifth], messages[1..].Select(m => FormOf(m)!));
    }

    [Fact]
    public void Several_contents_may_all_differ()
    {
        var request = Request("id", floats: 1);
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "y", Datatype = "FP32", Shape = { 1, 1 } });
        request.RawInputContents.Add(ByteString.CopyFrom(new byte[4]));
        var message = request.ToByteArray();
        var two = new ModelSignature([new TensorSpec("x", Datatype.FP32, [1], batched: true), new TensorSpec("y", Datatype.FP32, [1], batched: true)], Rows.Outputs, 4);
        var form = FormOf(message, two)!;
        message.AsSpan(message.Length - 4).Fill(7);
        message.AsSpan(message.Length - 10, 4).Fill(8);
        Assert.True(form.Is(message));
        message[^5]++;
        Assert.False(form.Is(message));
    }

    [Fact]
    public void A_request_whose_contents_decide_whether_it_fits_has_no_form()
    {
        var request = Request(floats: 1);
        request.Inputs[0].Datatype = "BYTES";
        request.RawInputContents[0] = ByteString.CopyFrom(1, 0, 0, 0, (byte)'a');
        Assert.Null(FormOf(request.ToByteArray(), Strings));
        request = Request(floats: 2);
        request.RawInputContents.Clear();
        request.Inputs[0].Contents = new InferTensorContents { Fp32Contents = { 1, 2 } };
        Assert.Null(FormOf(request.ToByteArray()));
    }

    [Fact]
    public void A_request_with_parameters_has_no_form()
    {
        var request = Request();
        request.Parameters["priority"] = new InferParameter { Uint64Param = 1 };
        Assert.Null(FormOf(request.ToByteArray()));
    }

    [Fact]
    public void A_request_whose_shape_was_taken_in_another_way_has_no_form()
    {
        var oneValue = new ModelSignature([new TensorSpec("x", Datatype.FP32, [], batched: true)], Rows.Outputs, 4);
        Assert.Null(FormOf(Request(floats: 1).ToByteArray(), oneValue));
    }

    [Fact]
    public void A_request_that_was_not_bound_has_no_form()
    {
        var message = Request().ToByteArray();
        var entry = new BatchEntry();
        Assert.Equal(ScoreStatus.Ok, InferRequestDecoder.Decode(message, entry));
        Assert.Null(_forms.Of(message, entry));
    }

    [Fact]
    public void A_long_request_has_no_form()
    {
        var long_ = new ModelSignature([new TensorSpec("x", Datatype.FP32, [1100], batched: true)], Rows.Outputs, 4);
        Assert.Null(FormOf(Request(floats: 1100).ToByteArray(), long_));
        // Nor one with so much beside its contents.
        var request = Request();
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y", Parameters = { [new string('p', 600)] = new InferParameter { BoolParam = true } } });
        Assert.Null(FormOf(request.ToByteArray()));
        request.Outputs.Clear();
        Assert.NotNull(FormOf(request.ToByteArray()));
    }

    private static ModelInferRequest Request(string id = "", int floats = 2)
    {
        var request = FakeCall.Row(7, id);
        request.Inputs[0].Shape[1] = floats;
        request.RawInputContents[0] = ByteString.CopyFrom(new byte[4 * floats]);
        return request;
    }

    private RequestForm? FormOf(byte[] message, ModelSignature? signature = null)
    {
        var entry = new BatchEntry();
        Assert.Equal(ScoreStatus.Ok, InferRequestDecoder.Decode(message, entry));
        Assert.True(RequestBinder.Bind(entry, signature ?? Rows, "m") == ScoreStatus.Ok, entry.Error);
        return _forms.Of(message, entry);
    }
}

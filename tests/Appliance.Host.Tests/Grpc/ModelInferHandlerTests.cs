using Appliance.Host.Grpc;
using Appliance.Inference.Tensors;
using Appliance.Scoring;
using Contracts.Inference;
using Microsoft.AspNetCore.Http;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class ModelInferHandlerTests : IDisposable
{
    private readonly TestModels _models = new(TimeProvider.System, maxConcurrentRequests: 1);
    private readonly FakeCall _call = new();
    private readonly ModelInferHandler _handler;

    public ModelInferHandlerTests()
    {
        var signature = SignatureBuilder.Echo(4, Datatype.FP32, 1);
        _models.Serve("m", 1, signature, new ScriptedModelInstance(signature, TimeProvider.System, ScriptedModelInstance.Echo(signature)));
        _handler = new ModelInferHandler(_models.Pipeline, new GrpcOptions());
    }

    public void Dispose() => _call.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_is_answered_and_holds_no_place_afterwards(bool inPieces)
    {
        await HandleAsync(inPieces);
        Assert.Equal("0", _call.Status);
        var answer = ModelInferResponse.Parser.ParseFrom(Assert.Single(await _call.WrittenAsync()));
        Assert.Equal(("a", 7f), (answer.Id, BitConverter.ToSingle(answer.RawOutputContents[0].Span)));
        Assert.Equal(0, _models.Gate.Inside);
        BodyIsGivenBack();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_full_appliance_refuses_and_gives_the_body_back(bool inPieces)
    {
        Assert.True(_models.Gate.TryEnter());
        await HandleAsync(inPieces);
        Assert.Equal(("14", ScoringPipeline.OverloadedMessage), (_call.Status, _call.Message));
        Assert.Empty(await _call.WrittenAsync());
        Assert.Equal((1, 1L), (_models.Gate.Inside, _models.Gate.Refused));
        BodyIsGivenBack();
    }

    [Fact]
    public async Task A_caller_holds_no_place_before_the_request_is_there_whole()
    {
        var body = Body();
        var handling = _handler.HandleAsync(_call.Features);
        foreach (var piece in new[] { body[..3], body[3..10], body[10..] })
        {
            Assert.Equal(0, _models.Gate.Inside);
            await _call.SendAsync(piece);
            Assert.False(handling.IsCompleted);
        }
        // The message is there; whether it is the only one, the end of the body says.
        Assert.Equal(0, _models.Gate.Inside);
        await _call.Sending.CompleteAsync();
        await FakeCall.Ends(handling);
        Assert.Equal("0", _call.Status);
        Assert.Equal((0, 0L), (_models.Gate.Inside, _models.Gate.Refused));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(20)]
    public async Task A_caller_who_breaks_off_while_sending_leaves_nothing_behind(int sent)
    {
        await _call.SendAsync(Body()[..sent]);
        var handling = _handler.HandleAsync(_call.Features);
        Assert.False(handling.IsCompleted);
        await _call.BreakOffAsync();
        await FakeCall.Ends(handling);
        Assert.Equal(0, _models.Gate.Inside);
        Assert.Empty(await _call.WrittenAsync());
    }

    [Theory]
    [InlineData("GET", "application/grpc")]
    [InlineData("POST", "application/json")]
    [InlineData("POST", null)]
    public async Task What_is_no_gRPC_call_is_refused_as_HTTP_does(string method, string? contentType)
    {
        _call.Request.Method = method;
        _call.Request.Headers.ContentType = contentType;
        await HandleAsync(inPieces: false);
        Assert.Equal(StatusCodes.Status415UnsupportedMediaType, _call.Response.StatusCode);
        Assert.Null(_call.Status);
    }

    private static byte[] Body() => FakeCall.Framed(FakeCall.Row(7, "a"));

    private async Task HandleAsync(bool inPieces)
    {
        var body = Body();
        await _call.SendAsync(inPieces ? body[..9] : body);
        if (!inPieces) await _call.Sending.CompleteAsync();
        var handling = _handler.HandleAsync(_call.Features);
        if (inPieces)
        {
            await _call.SendAsync(body[9..]);
            await _call.Sending.CompleteAsync();
        }
        await FakeCall.Ends(handling);
    }

    // A reader that was not advanced refuses to be read again.
    private void BodyIsGivenBack()
    {
        Assert.True(_call.Body.TryRead(out var rest));
        Assert.True(rest is { IsCompleted: true, Buffer.IsEmpty: true });
    }
}

using System.IO.Compression;
using Appliance.Http2.Frames;
using Appliance.Scoring;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class ModelInferCallTests : IDisposable
{
    private readonly ModelInferRig _rig = new(maxConcurrentRequests: 1, maxMessageBytes: 1000);
    private readonly FrameCaller _caller;

    public ModelInferCallTests()
    {
        _rig.Instance.Open();
        _caller = _rig.Connect();
    }

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_is_answered_and_holds_no_place_afterwards(bool inPieces)
    {
        for (var i = 0; i < 3; i++)
        {
            var reply = await _caller.EndAsync(Send(ModelInferRig.Body(i, $"id {i}"), inPieces));
            Assert.Equal(($"id {i}", "m", "1", (float)i), (reply.Response.Id, reply.Response.ModelName, reply.Response.ModelVersion, reply.Value));
            _rig.AllIsOver();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_full_appliance_refuses(bool inPieces)
    {
        Assert.True(_rig.Models.Gate.TryEnter());
        await RefusedAsync(Send(ModelInferRig.Body(), inPieces), "14", ScoringPipeline.OverloadedMessage);
        Assert.Equal((1, 1L), (_rig.Inside, _rig.Models.Gate.Refused));
        _rig.Models.Gate.Leave();
        Assert.Equal(7, (await _caller.EndAsync(_caller.Call(ModelInferRig.Body()))).Value);
    }

    [Theory]
    [InlineData("grpc-timeout", "1n")]
    [InlineData("x-model-version", "1")]
    [InlineData("x-model-version", "9")]
    [InlineData("x-caller-key", "somebody")]
    [InlineData("grpc-encoding", "gzip")]
    [InlineData("traceparent", "00-11111111111111111111111111111111-2222222222222222-01")]
    public async Task A_request_like_the_one_before_has_nothing_of_its_headers(string name, string value)
    {
        for (var i = 0; i < 3; i++)
        {
            var stream = name == "grpc-encoding"
                ? _caller.Call(FakeCall.Framed(Packed(ModelInferRig.Body(i, "p")[5..]), flag: 1), (name, value))
                : _caller.Call(ModelInferRig.Body(i, "p"), (name, value));
            await _caller.EndAsync(stream);
            for (var times = 0; times < 2; times++)
            {
                var reply = await _caller.EndAsync(_caller.Call(ModelInferRig.Body(10 + i + times, $"{times}")));
                Assert.Equal(($"{times}", 10f + i + times), (reply.Response.Id, reply.Value));
                _rig.AllIsOver();
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_like_the_one_before_is_answered_though_that_was_refused(bool wasCut)
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i, (await _caller.EndAsync(_caller.Call(ModelInferRig.Body(i)))).Value);
            if (!wasCut) Assert.True(_rig.Models.Gate.TryEnter());
            var body = ModelInferRig.Body(50);
            var reply = await _caller.EndAsync(_caller.Call(wasCut ? body[..^1] : body));
            Assert.Equal(wasCut ? ("3", "the request ends before its message does") : ("14", ScoringPipeline.OverloadedMessage), (reply.Status, reply.Message));
            if (!wasCut) _rig.Models.Gate.Leave();
        }
        Assert.Equal(9, (await _caller.EndAsync(_caller.Call(ModelInferRig.Body(9)))).Value);
        _rig.AllIsOver();
    }

    [Fact]
    public async Task A_caller_holds_no_place_before_the_request_is_there_whole()
    {
        // A place would be refused, and the refusal be counted.
        Assert.True(_rig.Models.Gate.TryEnter());
        var body = ModelInferRig.Body();
        var stream = _caller.Begin();
        foreach (var piece in new[] { body[..3], body[3..10], body[10..], [] })
        {
            _caller.Send(FrameCaller.Data(stream, piece, ends: false));
            Assert.Equal((0L, false), (_rig.Models.Gate.Refused, _caller.Look(stream).Ended));
        }
        // The message is there; whether it is the only one, the end of the body says.
        _rig.Models.Gate.Leave();
        _caller.Send(FrameCaller.Data(stream, []));
        Assert.Equal(7, (await _caller.EndAsync(stream)).Value);
    }

    [Fact]
    public void Calls_that_come_in_one_read_run_together_and_are_answered_in_one_flush()
    {
        using var rig = new ModelInferRig();
        rig.Instance.Open();
        var caller = rig.Connect();
        var bytes = new List<byte>();
        var streams = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            bytes.AddRange(caller.Headers(out var stream));
            bytes.AddRange(FrameCaller.Data(stream, ModelInferRig.Body(i, $"{i}")));
            streams.Add(stream);
        }
        caller.Send([.. bytes]);
        Assert.Equal([0f, 1f, 2f], streams.Select(s => caller.Look(s).Value));
        Assert.Equal(["0 1 2"], rig.Ran);
        Assert.Equal(["Headers 1", "Data 1", "Headers 1", "Headers 3", "Data 3", "Headers 3", "Headers 5", "Data 5", "Headers 5"], caller.Seen);
        rig.AllIsOver();
    }

    [Fact]
    public async Task A_gzip_request_is_unpacked_though_it_is_larger_than_memory_that_is_kept()
    {
        using var rig = new ModelInferRig();
        rig.Instance.Open();
        var caller = rig.Connect();
        foreach (var floats in new[] { 1, 10_000, 1 })
        {
            var stream = caller.Call(FakeCall.Framed(Packed(ModelInferRig.Body(3, floats: floats)[5..]), flag: 1), ("grpc-encoding", "gzip"), ("grpc-accept-encoding", "identity"));
            caller.OpenWindow(stream, 1 << 20);
            caller.OpenWindow(0, 1 << 20);
            var reply = await caller.EndAsync(stream);
            Assert.Equal((3f, floats * sizeof(float)), (reply.Value, reply.Response.RawOutputContents[0].Length));
            rig.AllIsOver();
        }
    }

    [Fact]
    public async Task An_uncompressed_message_of_a_call_that_may_compress_is_taken() =>
        Assert.Equal(7, (await _caller.EndAsync(_caller.Call(ModelInferRig.Body(), ("grpc-encoding", "gzip")))).Value);

    [Fact]
    public async Task A_message_of_an_unknown_encoding_is_refused()
    {
        var stream = _caller.Call(FakeCall.Framed([1, 2, 3], flag: 1), ("grpc-encoding", "snappy"));
        await RefusedAsync(stream, "12", "the message is compressed with 'snappy'; identity,gzip,deflate are taken");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_announced_as_too_large_is_refused_at_once_and_the_rest_of_it_ignored(bool inOneRead)
    {
        var body = FakeCall.Framed(new byte[1001]);
        var headers = _caller.Headers(out var stream);
        if (inOneRead) _caller.Send([.. headers, .. FrameCaller.Data(stream, body[..20], ends: false), .. FrameCaller.Data(stream, body[20..])]);
        else _caller.Send([.. headers, .. FrameCaller.Data(stream, body[..5], ends: false)]);
        Assert.True(_caller.Look(stream).Ended);
        await RefusedAsync(stream, "8", "the message has 1001 bytes; at most 1000 are taken");
        Assert.Equal([(stream, Http2ErrorCode.NoError)], _caller.Resets);
        if (!inOneRead) _caller.Send([.. FrameCaller.Data(stream, body[5..500], ends: false), .. FrameCaller.Data(stream, body[500..])]);
        Assert.Single(_caller.Resets);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_messages_are_refused(bool inPieces)
    {
        var stream = Send([.. ModelInferRig.Body(), .. ModelInferRig.Body()], inPieces, cut: ModelInferRig.Body().Length + 1);
        await RefusedAsync(stream, "3", "a unary call carries one message, got more");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(30)]
    public async Task A_body_that_ends_early_is_refused(int length) =>
        await RefusedAsync(_caller.Call(ModelInferRig.Body().AsSpan(0, length)), "3", "the request ends before its message does");

    [Fact]
    public async Task A_call_without_a_body_is_refused()
    {
        var headers = _caller.Headers(out var stream);
        headers[4] |= FrameFlags.EndStream;
        _caller.Send(headers);
        await RefusedAsync(stream, "3", "the request ends before its message does");
    }

    [Fact]
    public async Task A_message_that_is_not_a_request_is_refused() =>
        await RefusedAsync(_caller.Call(FakeCall.Framed([0xFF, 0xFF, 0xFF])), "3", "the message is not a well-formed ModelInferRequest");

    [Fact]
    public async Task A_model_that_is_not_there_is_said_so()
    {
        var row = FakeCall.Row(1);
        row.ModelName = "wer?";
        await RefusedAsync(_caller.Call(FakeCall.Framed(row)), "5", "Request for unknown model: 'wer?' is not found");
    }

    [Theory]
    [InlineData("GET", "application/grpc")]
    [InlineData("POST", "application/json")]
    [InlineData("POST", null)]
    public async Task What_is_no_gRPC_call_is_refused_as_HTTP_does(string method, string? contentType)
    {
        var reply = await _caller.EndAsync(_caller.Call(ModelInferRig.Body(), (":method", method), ("content-type", contentType)));
        Assert.Equal(("415", null), (reply.HttpStatus, reply.Status));
        await StillServesAsync();
    }

    [Fact]
    public async Task A_request_whose_time_is_over_does_not_run()
    {
        await RefusedAsync(_caller.Call(ModelInferRig.Body(), ("grpc-timeout", "0n")), "4", "The deadline passed before the request ran", ran: 0);
        Assert.Equal(7, (await _caller.EndAsync(_caller.Call(ModelInferRig.Body(), ("grpc-timeout", "1H")))).Value);
    }

    private static byte[] Packed(byte[] message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(message);
        return packed.ToArray();
    }

    private int Send(byte[] body, bool inPieces, int cut = 9)
    {
        if (!inPieces) return _caller.Call(body);
        var stream = _caller.Begin();
        _caller.Send(FrameCaller.Data(stream, body.AsSpan(0, cut), ends: false));
        _caller.Send(FrameCaller.Data(stream, body.AsSpan(cut)));
        return stream;
    }

    // Ended so, with no message and no place held, and the connection goes on.
    private async Task RefusedAsync(int stream, string status, string message, int ran = 0)
    {
        var inside = _rig.Inside;
        var reply = await _caller.EndAsync(stream);
        Assert.Equal(("200", status, message, 0), (reply.HttpStatus, reply.Status, reply.Message, reply.Body.Count));
        Assert.Equal((ran, inside), (_rig.Instance.Batches.Count, _rig.Inside));
        if (inside == 0) await StillServesAsync();
    }

    private async Task StillServesAsync()
    {
        Assert.Equal(9, (await _caller.EndAsync(_caller.Call(ModelInferRig.Body(9)))).Value);
        _rig.AllIsOver();
    }
}

using System.Net;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace EndToEnd.Tests.Malformed;

/// <summary>Bytes that are no ModelInferRequest, and frames that lie about them.</summary>
public sealed class MalformedMessageTests(GuardedAppliance guarded, ITestOutputHelper output) : IClassFixture<GuardedAppliance>, IDisposable
{
    private static readonly byte[] Valid = InferMessages.Raw("identity", GuardedAppliance.Row).ToByteArray();
    private static readonly StatusCode[] Refusals = [StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.Unimplemented];

    private BareGrpc? _bare;

    public void Dispose() => _bare?.Dispose();

    [Fact]
    public async Task A_message_cut_anywhere_is_refused()
    {
        for (var length = 0; length < Valid.Length; length++)
        {
            var reply = await PostAsync(BareGrpc.Frame(Valid[..length]));
            Assert.True(reply.Grpc is StatusCode.InvalidArgument or StatusCode.NotFound, $"cut after {length} bytes: {reply.Grpc} {reply.Message}");
        }
        await IsUnharmedAsync();
    }

    [Fact]
    public async Task Random_bytes_are_refused()
    {
        var random = Seeded();
        for (var i = 0; i < 2000; i++)
        {
            var garbage = new byte[random.Next(1, 400)];
            random.NextBytes(garbage);
            var reply = await PostAsync(BareGrpc.Frame(garbage));
            Assert.True(reply.Grpc is { } code && Refusals.Contains(code), $"{Convert.ToHexString(garbage)}: {reply.Grpc} {reply.Message}");
        }
        await IsUnharmedAsync();
    }

    [Fact]
    public async Task A_valid_message_with_changed_bytes_is_answered_or_refused()
    {
        var random = Seeded();
        for (var i = 0; i < 3000; i++)
        {
            var changed = (byte[])Valid.Clone();
            for (var n = random.Next(1, 4); n > 0; n--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            var reply = await PostAsync(BareGrpc.Frame(changed));
            Assert.True(reply.Grpc == StatusCode.OK || (reply.Grpc is { } code && Refusals.Contains(code)), $"{Convert.ToHexString(changed)}: {reply.Grpc} {reply.Message}");
        }
        await IsUnharmedAsync();
    }

    public static TheoryData<string, byte[], StatusCode> LyingFrames => new()
    {
        { "nothing at all", [], StatusCode.InvalidArgument },
        { "half a prefix", [0, 0, 0], StatusCode.InvalidArgument },
        { "a length beyond the body", BareGrpc.Frame(Valid, (uint)Valid.Length + 1), StatusCode.InvalidArgument },
        { "a length far beyond the body", BareGrpc.Frame(Valid, 64 << 20), StatusCode.InvalidArgument },
        { "a length short of the body", BareGrpc.Frame(Valid, (uint)Valid.Length - 1), StatusCode.InvalidArgument },
        { "the largest length there is", BareGrpc.Frame(Valid, uint.MaxValue), StatusCode.ResourceExhausted },
        { "one byte more than the limit", BareGrpc.Frame(Valid, (64 << 20) + 1), StatusCode.ResourceExhausted },
        { "two messages", [.. BareGrpc.Frame(Valid), .. BareGrpc.Frame(Valid)], StatusCode.InvalidArgument },
        { "compressed, without saying how", BareGrpc.Frame(Valid, flag: 1), StatusCode.Unimplemented },
    };

    [Theory, MemberData(nameof(LyingFrames))]
    public async Task A_frame_that_lies_is_refused(string what, byte[] body, StatusCode expected)
    {
        var reply = await PostAsync(body);
        Assert.True(expected == reply.Grpc, $"{what}: {reply.Grpc} {reply.Message}");
        await IsUnharmedAsync();
    }

    [Theory, MemberData(nameof(LyingFrames))]
    public async Task A_frame_that_lies_ends_a_stream_with_a_status(string what, byte[] body, StatusCode expected)
    {
        // On a stream, no message is the end and two messages are two requests.
        var isStream = what is "nothing at all" or "two messages";
        var bare = _bare = new BareGrpc((await guarded.StartedAsync()).GrpcPort);
        var reply = await bare.PostAsync(BareGrpc.ModelStreamInfer, body);
        var wanted = isStream ? StatusCode.OK : expected;
        Assert.True(wanted == reply.Grpc, $"{what}: {reply.Grpc} {reply.Message}");
        await IsUnharmedAsync();
    }

    [Theory]
    [InlineData(BareGrpc.ModelInfer)]
    [InlineData(BareGrpc.ModelStreamInfer)]
    [InlineData(BareGrpc.ServerLive)]
    public async Task Another_content_type_is_no_gRPC_call(string path)
    {
        var bare = _bare = new BareGrpc((await guarded.StartedAsync()).GrpcPort);
        foreach (var type in new[] { "", "text/plain", "application/json", "application/octet-stream" })
        {
            var reply = await bare.PostAsync(path, new ByteArrayContent(BareGrpc.Frame(Valid)), type);
            Assert.True(HttpStatusCode.UnsupportedMediaType == reply.Http, $"'{type}': {reply.Http}");
        }
        await IsUnharmedAsync();
    }

    [Fact]
    public async Task A_call_that_is_not_there_is_unimplemented()
    {
        var bare = _bare = new BareGrpc((await guarded.StartedAsync()).GrpcPort);
        foreach (var path in new[] { "/inference.GRPCInferenceService/Nothing", "/nobody.Service/Call", "/inference.GRPCInferenceService/ModelInfer/more", "/" })
        {
            var reply = await bare.PostAsync(path, BareGrpc.Frame(Valid));
            Assert.True(reply.Grpc == StatusCode.Unimplemented || reply.Http == HttpStatusCode.NotFound, $"{path}: {reply.Http} {reply.Grpc}");
        }
        await IsUnharmedAsync();
    }

    [Theory]
    [InlineData("1")]
    [InlineData("m")]
    [InlineData("-1S")]
    [InlineData("999999999S")]
    [InlineData("1x")]
    [InlineData("0n")]
    public async Task An_odd_deadline_does_no_harm(string timeout)
    {
        var bare = _bare = new BareGrpc((await guarded.StartedAsync()).GrpcPort);
        var reply = await bare.PostAsync(BareGrpc.ModelInfer, BareGrpc.Frame(Valid), ("grpc-timeout", timeout));
        Assert.True(reply.Grpc is StatusCode.OK or StatusCode.DeadlineExceeded or StatusCode.InvalidArgument or StatusCode.Internal, $"{reply.Grpc} {reply.Message}");
        await IsUnharmedAsync();
    }

    [Theory]
    [InlineData("99999999H")]
    [InlineData("2562047H")]
    public async Task A_deadline_beyond_the_clock_is_none(string timeout)
    {
        var bare = _bare = new BareGrpc((await guarded.StartedAsync()).GrpcPort);
        var reply = await bare.PostAsync(BareGrpc.ModelInfer, BareGrpc.Frame(Valid), ("grpc-timeout", timeout));
        Assert.True(reply.Grpc == StatusCode.OK, $"{reply.Grpc} {reply.Message}");
        await IsUnharmedAsync();
    }

    [Fact]
    public async Task A_request_of_exactly_the_limit_is_answered_and_one_byte_more_is_refused()
    {
        const int Limit = 64 << 20;
        for (var round = 0; round < 3; round++)
        {
            var whole = MessageOf(Limit);
            var reply = await PostAsync(BareGrpc.Frame(whole));
            Assert.Equal(StatusCode.OK, reply.Grpc);
            Assert.InRange(reply.Body.Length, Limit - 1024, Limit + 1024);
            Assert.Equal(StatusCode.ResourceExhausted, (await PostAsync(BareGrpc.Frame(MessageOf(Limit + 1)))).Grpc);
        }
        await IsUnharmedAsync();
    }

    /// <summary>A valid request of so many bytes: as many floats as fit, and an id that fills the rest.</summary>
    private static byte[] MessageOf(int bytes)
    {
        var floats = (bytes - 200) / 4;
        var request = InferMessages.Raw("identity", new TensorValue(Models.OnnxModels.Input, "FP32", [1, floats], new byte[floats * 4]));
        // An id of 128 bytes or more takes one byte of tag and two of length.
        request.Id = new string('x', bytes - request.CalculateSize() - 3);
        return request.CalculateSize() == bytes ? request.ToByteArray() : throw new InvalidOperationException($"{request.CalculateSize()} bytes instead of {bytes}");
    }

    private Random Seeded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    private async Task IsUnharmedAsync()
    {
        _bare?.Dispose();
        _bare = null;
        await guarded.IsUnharmedAsync();
    }

    private async Task<BareGrpc.Reply> PostAsync(byte[] body)
    {
        _bare ??= new BareGrpc((await guarded.StartedAsync()).GrpcPort);
        return await _bare.PostAsync(BareGrpc.ModelInfer, body);
    }
}

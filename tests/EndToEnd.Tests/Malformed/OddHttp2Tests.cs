using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Malformed;

/// <summary>Peers that break the rules of HTTP/2, or speak something else altogether: their connection ends, nobody else's does.</summary>
public sealed class OddHttp2Tests(GuardedAppliance guarded) : IClassFixture<GuardedAppliance>
{
    private const uint ProtocolError = 1, FlowControlError = 3, FrameSizeError = 6, CompressionError = 9;

    public static TheoryData<string, byte[]> OtherLanguages => new()
    {
        { "HTTP/1.1", "GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray() },
        { "TLS", [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0] },
        { "zeros", new byte[64] },
        { "a preface cut short", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX"u8.ToArray() },
    };

    [Theory, MemberData(nameof(OtherLanguages))]
    public async Task Another_language_does_no_harm(string what, byte[] bytes)
    {
        var appliance = await guarded.StartedAsync();
        for (var i = 0; i < 50; i++)
        {
            using var connection = await Http2Socket.ConnectAsync(appliance.GrpcPort);
            await connection.SendAsync(bytes);
            // Some of these could still become HTTP, so the server may wait; either way it answers everybody else.
            await appliance.AssertAliveAsync();
        }
        Assert.False(appliance.HasExited, what);
        await guarded.IsUnharmedAsync();
    }

    public static TheoryData<string, byte[], uint> BrokenFrames => new()
    {
        { "garbage after the preface", [.. Enumerable.Repeat((byte)0xAB, 64)], FrameSizeError },
        { "a frame larger than was agreed", Http2Socket.Encode(Http2Socket.Data, 0, 1, new byte[20_000]), FrameSizeError },
        { "a frame said to be of 16 MiB", Http2Socket.Encode(Http2Socket.Headers, 0, 1, new byte[64], statedLength: 0xFFFFFF), FrameSizeError },
        { "data on no stream", Http2Socket.Encode(Http2Socket.Data, 0, 0, new byte[8]), ProtocolError },
        { "data on a stream that was never opened", Http2Socket.Encode(Http2Socket.Data, 0, 7, new byte[8]), ProtocolError },
        { "headers on an even stream", Http2Socket.Encode(Http2Socket.Headers, Http2Socket.EndHeaders, 2, Call()), ProtocolError },
        { "headers that are no header block", Http2Socket.Encode(Http2Socket.Headers, Http2Socket.EndHeaders, 1, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }), CompressionError },
        { "a continuation of nothing", Http2Socket.Encode(Http2Socket.Continuation, Http2Socket.EndHeaders, 1, new byte[8]), ProtocolError },
        { "a ping of another size", Http2Socket.Encode(Http2Socket.Ping, 0, 0, new byte[7]), FrameSizeError },
        { "settings of another size", Http2Socket.Encode(Http2Socket.Settings, 0, 0, new byte[5]), FrameSizeError },
        { "a window that opens by nothing", Http2Socket.Encode(Http2Socket.WindowUpdate, 0, 0, new byte[4]), ProtocolError },
        { "a window that overflows", [.. OpenWindow(), .. OpenWindow()], FlowControlError },
    };

    [Theory, MemberData(nameof(BrokenFrames))]
    public async Task A_broken_frame_ends_the_connection_with_the_protocols_code(string what, byte[] bytes, uint expected)
    {
        using (var connection = await Http2Socket.OpenAsync((await guarded.StartedAsync()).GrpcPort))
        {
            await connection.SendAsync(bytes);
            var code = await connection.ReadToEndAsync();
            Assert.True(expected == code, $"{what}: GOAWAY {code}");
        }
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_flood_of_headers_is_refused()
    {
        using (var connection = await Http2Socket.OpenAsync((await guarded.StartedAsync()).GrpcPort))
        {
            // A megabyte of headers in one block, in pieces of the agreed frame size.
            var block = Http2Socket.HeaderBlock(Enumerable.Range(0, 10_000).Select(i => ($"x-{i}", new string('v', 90))));
            await TrySendAsync(connection, Http2Socket.Encode(Http2Socket.Headers, 0, 1, block.AsMemory(0, 16_000)));
            for (var at = 16_000; at < block.Length; at += 16_000)
            {
                var last = at + 16_000 >= block.Length;
                await TrySendAsync(connection, Http2Socket.Encode(
                    Http2Socket.Continuation, last ? Http2Socket.EndHeaders : (byte)0, 1, block.AsMemory(at, Math.Min(16_000, block.Length - at))));
            }
            await connection.ReadToEndAsync();
        }
        await guarded.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_flood_of_opened_and_reset_streams_holds_nobody_up()
    {
        var appliance = await guarded.StartedAsync();
        using (var connection = await Http2Socket.OpenAsync(appliance.GrpcPort))
        {
            var call = Call();
            for (var stream = 1; stream < 40_000; stream += 2)
            {
                byte[] both = [.. Http2Socket.Encode(Http2Socket.Headers, Http2Socket.EndHeaders, stream, call), .. Http2Socket.Encode(Http2Socket.ResetStream, 0, stream, new byte[] { 0, 0, 0, 8 })];
                if (!await TrySendAsync(connection, both)) break;
                if (stream % 5_000 == 1) await appliance.AssertAliveAsync();
            }
            connection.Abort();
        }
        await guarded.IsUnharmedAsync();
    }

    [Theory]
    [InlineData(Http2Socket.Ping, 8)]
    [InlineData(Http2Socket.Settings, 0)]
    [InlineData(Http2Socket.Priority, 5)]
    public async Task A_flood_of_small_frames_holds_nobody_up(byte type, int size)
    {
        var appliance = await guarded.StartedAsync();
        using (var connection = await Http2Socket.OpenAsync(appliance.GrpcPort))
        {
            var frame = Http2Socket.Encode(type, 0, type == Http2Socket.Priority ? 1 : 0, new byte[size]);
            byte[] many = [.. Enumerable.Repeat(frame, 500).SelectMany(f => f)];
            for (var i = 0; i < 40 && await TrySendAsync(connection, many); i++)
            {
                // Answers are read, or the peer's full socket would end the flood for its own reason.
                await appliance.AssertAliveAsync();
            }
            connection.Abort();
        }
        await guarded.IsUnharmedAsync();
    }

    private static byte[] Call() => Http2Socket.HeaderBlock(
        [(":method", "POST"), (":scheme", "http"), (":authority", "localhost"), (":path", BareGrpc.ModelInfer), ("content-type", "application/grpc"), ("te", "trailers")]);

    private static byte[] OpenWindow() => Http2Socket.Encode(Http2Socket.WindowUpdate, 0, 0, new byte[] { 0x7F, 0xFF, 0xFF, 0xFF });

    /// <summary>False once the server has closed the connection.</summary>
    private static async Task<bool> TrySendAsync(Http2Socket connection, byte[] bytes)
    {
        try
        {
            await connection.SendAsync(bytes);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}

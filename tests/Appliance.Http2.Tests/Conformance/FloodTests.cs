using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>Clients that keep a server busy at little cost to themselves: what they may cost it has a bound, and others are served.</summary>
[Trait("RFC 9113", "10.5")]
public sealed class FloodTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    // Of a frame each, sent in pieces that fit a socket's buffer.
    private const int Many = 20_000, Together = 200;

    public static TheoryData<string> Paths => PlainBehaviourTests.Paths;

    [Theory]
    [InlineData(ServerUnderTest.OrdinaryPath)]
    [InlineData(ServerUnderTest.UnaryPath)]
    [InlineData(ServerUnderTest.HoldingPath)]
    public async Task Streams_that_are_opened_and_reset_at_once_are_refused_before_long(string path)
    {
        await using var client = await server.OpenAsync();
        var streams = Enumerable.Range(0, Many).Select(i => (2 * i) + 1).ToArray();
        foreach (var some in streams.Chunk(Together))
        {
            if (await client.TrySendAsync(RawFrames.Together(some.SelectMany(s => new[] { Request.Open(s, path), RawFrames.ResetStream(s) }))) == SendOutcome.Closed)
            {
                break;
            }
        }
        await server.AssertServesOthersAsync();
        await AssertCalmedAsync(client, streams);
    }

    [Fact]
    public async Task Streams_that_are_made_to_fail_at_once_are_refused_before_long()
    {
        // The server resets these itself, for a window that opens by nothing: the same flood from the other side.
        await using var client = await server.OpenAsync();
        var streams = Enumerable.Range(0, Many).Select(i => (2 * i) + 1).ToArray();
        foreach (var some in streams.Chunk(Together))
        {
            if (await client.TrySendAsync(RawFrames.Together(some.SelectMany(s => new[] { Request.Open(s), RawFrames.WindowUpdate(s, 0) }))) != SendOutcome.Sent)
            {
                break;
            }
        }
        await server.AssertServesOthersAsync();
        // A server may call the first of them an error of the connection.
        await client.ReadToCloseAsync();
        Assert.True(client.GoAwayCode is null or ErrorCode.EnhanceYourCalm or ErrorCode.ProtocolError, $"GOAWAY {client.GoAwayCode}");
    }

    public static TheoryData<string, int> Fragments => new() { { "x: v", 5 }, { "nothing", 0 }, { "16,384 bytes", RawFrames.SmallestMaxLength } };

    [Theory, MemberData(nameof(Fragments))]
    public async Task A_header_block_without_an_end_ends_the_connection(string what, int length)
    {
        await using var client = await server.OpenAsync();
        // A literal of five bytes, or a long value of which each frame is a part.
        var fragment = length == 5 ? new HpackWriter().Literal("x", "v").ToArray() : new byte[length];
        await client.SendAsync(RawFrames.Headers(1, Request.Block(Request.Fields()), 0));
        if (length > 5)
        {
            await client.SendAsync(RawFrames.Continuation(1, [0x00, 0x01, (byte)'x', 0x7F, 0xFF, 0xFF, 0xFF, 0x01], 0));
        }
        var some = RawFrames.Together(Enumerable.Repeat(RawFrames.Continuation(1, fragment, 0), Together));
        var outcome = SendOutcome.Sent;
        for (var sent = 0; sent < Many && outcome != SendOutcome.Closed; sent += Together)
        {
            outcome = await client.TrySendAsync(some);
        }
        await client.ReadToCloseAsync();
        Assert.True(client.GoAwayCode is null or ErrorCode.EnhanceYourCalm or ErrorCode.ProtocolError or ErrorCode.CompressionError, $"{what}: GOAWAY {client.GoAwayCode}");
        await server.AssertServesOthersAsync();
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Empty_data_in_thousands_are_refused_or_do_no_harm(string path)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1, path));
        var some = RawFrames.Together(Enumerable.Repeat(RawFrames.Data(1, []), Together));
        var outcome = SendOutcome.Sent;
        for (var sent = 0; sent < Many && outcome == SendOutcome.Sent; sent += Together)
        {
            outcome = await client.TrySendAsync(some);
        }
        await server.AssertServesOthersAsync();
        var body = Request.Message(30);
        await client.TrySendAsync(RawFrames.Data(1, body, RawFrames.EndStream));
        var answer = client.AnswerTo(1);
        while (!answer.IsOver && !client.IsClosed)
        {
            await client.ReadFrameAsync();
        }
        if (answer.IsComplete)
        {
            await Verdict.EchoAsync(client, 1, body);
        }
        else
        {
            Assert.True((client.GoAwayCode ?? answer.Reset) is null or ErrorCode.EnhanceYourCalm or ErrorCode.StreamClosed);
        }
    }

    [Fact]
    public async Task Priorities_in_thousands_are_refused_or_do_no_harm()
    {
        await using var client = await server.OpenAsync();
        var outcome = SendOutcome.Sent;
        for (var stream = 1; stream < Many && outcome == SendOutcome.Sent; stream += Together)
        {
            outcome = await client.TrySendAsync(RawFrames.Together(Enumerable.Range(stream, Together).Select(s => RawFrames.Priority(s, s + 1))));
        }
        await server.AssertServesOthersAsync();
        if (outcome == SendOutcome.Sent)
        {
            await Verdict.StillServesAsync(client, 1);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "10.5.1")]
    public async Task More_fields_than_the_server_takes_are_refused(string path)
    {
        await using var client = await server.OpenAsync();
        var block = Request.Block([.. Request.Fields(path), .. Enumerable.Range(0, 2_000).Select(i => ($"x-{i}", new string('v', 100)))]);
        await client.TrySendAsync(InPieces(block));
        await AssertTooLargeAsync(client);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "10.5.1")]
    public async Task One_field_that_is_longer_than_the_server_takes_is_refused(string path)
    {
        await using var client = await server.OpenAsync();
        await client.TrySendAsync(InPieces(Request.Block([.. Request.Fields(path), ("x-long", new string('v', 500_000))])));
        await AssertTooLargeAsync(client);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "10.5.1")]
    public async Task A_small_block_that_stands_for_many_fields_is_refused(string path)
    {
        await using var client = await server.OpenAsync();
        var block = new HpackWriter().Fields(Request.Fields(path)).Literal("x-large", new string('v', 4_000), HpackWriter.Indexing);
        for (var i = 0; i < 10_000; i++)
        {
            block.Indexed(62);
        }
        await client.TrySendAsync(InPieces(block.ToArray()));
        await AssertTooLargeAsync(client);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "10.5.1")]
    public async Task A_small_block_that_stands_for_many_cookies_is_refused(string path)
    {
        await using var client = await server.OpenAsync();
        var block = new HpackWriter().Fields(Request.Fields(path)).Literal("cookie", new string('c', 50), HpackWriter.Indexing);
        for (var i = 0; i < 16_000; i++)
        {
            block.Indexed(62);
        }
        await client.TrySendAsync(InPieces(block.ToArray()));
        await AssertTooLargeAsync(client);
    }

    /// <summary>The connection was ended, for this reason where one is given, or most streams were refused.</summary>
    private static async Task AssertCalmedAsync(RawHttp2Client client, int[] streams)
    {
        // Only what the server has to say is read here: an end of the connection, or the answer to a ping behind the flood.
        if (await client.TrySendAsync(RawFrames.Ping(ulong.MaxValue)) == SendOutcome.Sent)
        {
            Frame? frame;
            do
            {
                frame = await client.ReadFrameAsync();
            }
            while (frame is { } and not { Type: FrameType.Ping });
        }
        else
        {
            await client.ReadToCloseAsync();
        }
        var refused = streams.Count(s => client.AnswerTo(s).Reset is ErrorCode.EnhanceYourCalm or ErrorCode.RefusedStream);
        Assert.True(client.IsClosed || refused > streams.Length / 2, $"{refused} of {streams.Length} streams were refused.");
        Assert.True(client.GoAwayCode is null or ErrorCode.EnhanceYourCalm, $"GOAWAY {client.GoAwayCode}");
    }

    /// <summary>431 or an error; and where the connection goes on, it serves.</summary>
    private static async Task AssertTooLargeAsync(RawHttp2Client client)
    {
        var answer = client.AnswerTo(1);
        while (!answer.IsOver && !client.IsClosed)
        {
            await client.ReadFrameAsync();
        }
        if (answer.IsComplete)
        {
            Assert.Equal(431, answer.Status);
        }
        Assert.True(
            (client.GoAwayCode ?? answer.Reset) is null or ErrorCode.EnhanceYourCalm or ErrorCode.ProtocolError or ErrorCode.RefusedStream or ErrorCode.CompressionError,
            $"GOAWAY {client.GoAwayCode}, RST_STREAM {answer.Reset}");
        if (!client.IsClosed && client.GoAwayCode is null)
        {
            await Verdict.StillServesAsync(client, 3);
        }
    }

    private static byte[] InPieces(byte[] block)
    {
        var pieces = block.Chunk(RawFrames.SmallestMaxLength).ToArray();
        return RawFrames.Together(pieces.Select((p, i) =>
            RawFrames.Encode(i == 0 ? FrameType.Headers : FrameType.Continuation, (byte)((i == pieces.Length - 1 ? RawFrames.EndHeaders : 0) | (i == 0 ? RawFrames.EndStream : 0)), 1, p)));
    }
}

using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>Header blocks as sequences of frames: HEADERS, then CONTINUATION, and nothing between.</summary>
[Trait("RFC 9113", "4.3, 6.2 and 6.10")]
public sealed class HeaderBlockTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly byte[] Block = Request.Block(Request.Fields());

    private static readonly Dictionary<string, byte[]> IntrudersByName = new()
    {
        ["PRIORITY"] = RawFrames.Priority(1, 0),
        ["PRIORITY of another stream"] = RawFrames.Priority(3, 0),
        ["HEADERS of another stream"] = RawFrames.Headers(3, Block),
        ["HEADERS of the same stream"] = RawFrames.Headers(1, Block),
        ["DATA"] = RawFrames.Data(1, new byte[8]),
        ["RST_STREAM"] = RawFrames.ResetStream(1),
        ["SETTINGS"] = RawFrames.Settings(),
        ["PING"] = RawFrames.Ping(1),
        ["GOAWAY"] = RawFrames.GoAway(0, ErrorCode.NoError),
        ["WINDOW_UPDATE"] = RawFrames.WindowUpdate(0, 1),
        ["CONTINUATION of another stream"] = RawFrames.Continuation(3, Block.AsSpan(10)),
        ["CONTINUATION of no stream"] = RawFrames.Continuation(0, Block.AsSpan(10)),
    };

    public static TheoryData<string> Intruders => new(IntrudersByName.Keys);

    [Theory, MemberData(nameof(Intruders))]
    public async Task Nothing_may_come_between_HEADERS_and_CONTINUATION(string what)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Headers(1, Block.AsSpan(0, 10), 0), IntrudersByName[what]);
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Theory, MemberData(nameof(Intruders))]
    public async Task Nothing_may_come_between_two_CONTINUATION(string what)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Headers(1, Block.AsSpan(0, 5), 0), RawFrames.Continuation(1, Block.AsSpan(5, 5), 0), IntrudersByName[what]);
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Nothing_may_come_inside_the_block_of_trailers()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Headers(1, Block), RawFrames.Headers(1, Request.Block(("x-one", "1")), RawFrames.EndStream), RawFrames.Data(1, new byte[3]));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    private static readonly Dictionary<string, byte[][]> BeforeOrphans = new()
    {
        ["at the start"] = [],
        ["behind a whole HEADERS"] = [RawFrames.Headers(1, Block)],
        ["behind a HEADERS that ends its stream"] = [RawFrames.Headers(1, Block, RawFrames.EndHeaders | RawFrames.EndStream)],
        ["behind the last CONTINUATION"] = [RawFrames.Headers(1, Block.AsSpan(0, 9), 0), RawFrames.Continuation(1, Block.AsSpan(9))],
        ["behind DATA"] = [RawFrames.Headers(1, Block), RawFrames.Data(1, new byte[4])],
    };

    public static TheoryData<string> Orphans => new(BeforeOrphans.Keys);

    [Theory, MemberData(nameof(Orphans))]
    public async Task A_CONTINUATION_of_no_header_block_is_a_protocol_error(string what)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync([.. BeforeOrphans[what], RawFrames.Continuation(1, Request.Block(("x-more", "1")))]);
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Fact]
    [Trait("RFC 9113", "4.3")]
    public async Task A_block_cut_short_in_the_middle_of_a_field_is_a_compression_error()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Headers(1, Block.AsSpan(0, Block.Length - 3)));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.CompressionError);
    }

    [Fact]
    [Trait("RFC 9113", "4.3")]
    public async Task A_block_that_is_none_is_a_compression_error_in_trailers_too()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Headers(1, Block), RawFrames.Headers(1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], RawFrames.EndHeaders | RawFrames.EndStream));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.CompressionError);
    }

    [Fact]
    [Trait("RFC 9113", "4.3")]
    public async Task A_block_for_a_stream_that_was_reset_still_counts_for_the_tables()
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 0));
        // The trailers of the first stream cross its reset, and bring the path that the second refers to.
        var trailers = new HpackWriter().Literal("x-late", "1", HpackWriter.Indexing).ToArray();
        var second = new HpackWriter().Fields(Request.Pseudo()).Indexed(62).ToArray();
        await client.SendAsync(
            RawFrames.Headers(1, Block), RawFrames.Headers(1, trailers, RawFrames.EndHeaders | RawFrames.EndStream), RawFrames.ResetStream(1),
            RawFrames.Headers(3, second, RawFrames.EndHeaders | RawFrames.EndStream));
        Assert.Equal(200, (await client.ReadAnswerAsync(3)).Status);
    }

    private static readonly Dictionary<string, byte[]> BadHeadersByName = new()
    {
        ["no stream"] = RawFrames.Headers(0, Block),
        ["padding as long as the frame"] = RawFrames.Headers(1, [7, .. new byte[6]], RawFrames.EndHeaders | RawFrames.Padded),
        ["padding longer than the frame"] = RawFrames.Headers(1, [(byte)(Block.Length + 1), .. Block], RawFrames.EndHeaders | RawFrames.Padded),
        ["padding that reaches into the priority"] = RawFrames.Headers(1, [3, .. RawFrames.PriorityFields(0, 1), 0, 0], RawFrames.EndHeaders | RawFrames.Padded | RawFrames.HasPriority),
    };

    public static TheoryData<string> BadHeaders => new(BadHeadersByName.Keys);

    [Theory, MemberData(nameof(BadHeaders))]
    [Trait("RFC 9113", "6.2")]
    public async Task HEADERS_that_are_put_together_wrongly_are_a_protocol_error(string what)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(BadHeadersByName[what]);
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    private static readonly Dictionary<string, byte[]> TooShortByName = new()
    {
        ["no room for the length of the padding"] = RawFrames.Headers(1, [], RawFrames.EndHeaders | RawFrames.Padded),
        ["no room for the priority"] = RawFrames.Headers(1, new byte[4], RawFrames.EndHeaders | RawFrames.HasPriority),
        ["no room for the priority behind the length of the padding"] = RawFrames.Headers(1, new byte[5], RawFrames.EndHeaders | RawFrames.Padded | RawFrames.HasPriority),
    };

    public static TheoryData<string> TooShortHeaders => new(TooShortByName.Keys);

    [Theory, MemberData(nameof(TooShortHeaders))]
    [Trait("RFC 9113", "4.2 and 6.2")]
    public async Task HEADERS_too_short_for_what_their_flags_say_end_the_connection(string what)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(TooShortByName[what]);
        await Verdict.ConnectionErrorAsync(client, ErrorCode.FrameSizeError, ErrorCode.ProtocolError);
    }
}

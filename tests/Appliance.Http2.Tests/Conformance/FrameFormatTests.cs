using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>Frames' headers and lengths, and what extensions may add.</summary>
[Trait("RFC 9113", "4.1, 4.2 and 5.5")]
public sealed class FrameFormatTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const int ReservedBit = int.MinValue;
    private static readonly byte[] Body = Request.Message(64);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 8)]
    [InlineData(1, 8)]
    [InlineData(3, 16_384)]
    [Trait("RFC 9113", "5.5")]
    public async Task A_frame_of_an_unknown_type_is_ignored_on_any_stream(int stream, int length)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Encode((FrameType)0x16, 0xFF, stream, new byte[length]));
        await client.PingAsync();
        await Verdict.StillServesAsync(client, 1);
    }

    [Fact]
    [Trait("RFC 9113", "4.3 and 5.5")]
    public async Task A_frame_of_an_unknown_type_inside_a_header_block_is_a_protocol_error()
    {
        await using var client = await server.OpenAsync();
        var block = Request.Block(Request.Fields());
        await client.SendAsync(RawFrames.Headers(1, block.AsSpan(0, 10), 0), RawFrames.Encode((FrameType)0x16, 0, 1, new byte[8]));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Fact]
    [Trait("RFC 9113", "4.1")]
    public async Task Flags_without_a_meaning_are_ignored()
    {
        await using var client = await server.OpenAsync();
        const byte undefined = 0xD2;
        await client.SendAsync(
            RawFrames.Ping(7, 0xFE), RawFrames.Encode(FrameType.Settings, 0xFE, 0, []), RawFrames.Encode(FrameType.WindowUpdate, 0xFF, 0, [0, 0, 0, 1]),
            RawFrames.Encode(FrameType.Priority, 0xFF, 1, RawFrames.PriorityFields(0, 1)),
            RawFrames.Headers(1, Request.Block(Request.Fields()), undefined | RawFrames.EndHeaders),
            RawFrames.Data(1, Body, 0xF6 | RawFrames.EndStream));
        await Verdict.EchoAsync(client, 1, Body);
        await client.SendAsync(Request.Open(3), RawFrames.Encode(FrameType.ResetStream, 0xFF, 3, [0, 0, 0, 8]));
        await Verdict.StillServesAsync(client, 5);
    }

    [Fact]
    [Trait("RFC 9113", "4.1")]
    public async Task The_reserved_bit_before_a_stream_is_ignored()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(
            RawFrames.Encode(FrameType.Ping, 0, ReservedBit, new byte[8]), RawFrames.Encode(FrameType.Settings, 0, ReservedBit, []),
            RawFrames.Headers(ReservedBit | 1, Request.Block(Request.Fields())), RawFrames.Data(ReservedBit | 1, Body, RawFrames.EndStream));
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Fact]
    [Trait("RFC 9113", "6.9")]
    public async Task The_reserved_bit_before_an_increment_is_ignored()
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Call(1, Body), RawFrames.WindowUpdate(1, ReservedBit | Body.Length), RawFrames.WindowUpdate(0, ReservedBit | 1));
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Theory]
    [InlineData(ServerUnderTest.OrdinaryPath)]
    [InlineData(ServerUnderTest.UnaryPath)]
    [Trait("RFC 9113", "4.2")]
    public async Task Frames_of_the_largest_length_that_everybody_must_take_are_taken(string path)
    {
        await using var client = await server.OpenAsync();
        var body = Request.Message(2 * RawFrames.SmallestMaxLength);
        var rest = RawFrames.SmallestMaxLength - Request.Block([.. Request.Fields(path), ("x-long", "")]).Length;
        // The length of a long string takes two bytes more than that of an empty one.
        var block = Request.Block([.. Request.Fields(path), ("x-long", new string('l', rest - 2))]);
        Assert.Equal(RawFrames.SmallestMaxLength, block.Length);
        await client.SendAsync(
            RawFrames.Headers(1, block), RawFrames.Data(1, body.AsSpan(0, RawFrames.SmallestMaxLength)), RawFrames.Data(1, body.AsSpan(RawFrames.SmallestMaxLength), RawFrames.EndStream));
        await Verdict.EchoAsync(client, 1, body);
    }

    [Fact]
    [Trait("RFC 9113", "4.2")]
    public async Task Data_longer_than_agreed_are_a_frame_size_error()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1));
        await client.TrySendAsync(RawFrames.Data(1, new byte[TooLong(client)]));
        var answer = client.AnswerTo(1);
        while (answer.Reset is null && !client.IsClosed)
        {
            await client.ReadFrameAsync();
        }
        // A server that closes before it has read all of the frame resets the connection, which may overtake its GOAWAY.
        if (!client.WasReset || client.GoAwayCode is not null)
        {
            await Verdict.StreamErrorAsync(client, 1, ErrorCode.FrameSizeError);
        }
    }

    [Theory]
    [InlineData(FrameType.Headers, 1)]
    [InlineData(FrameType.Settings, 0)]
    [InlineData(FrameType.GoAway, 0)]
    [InlineData((FrameType)0xBB, 0)]
    [Trait("RFC 9113", "4.2")]
    public async Task A_frame_that_concerns_the_connection_and_is_longer_than_agreed_ends_it(FrameType type, int stream)
    {
        await using var client = await server.OpenAsync();
        // A multiple of six, so that nothing else is wrong with settings.
        var length = TooLong(client) + 5;
        await client.TrySendAsync(RawFrames.Encode(type, 0, stream, [], statedLength: length - (length % 6)));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.FrameSizeError);
    }

    [Fact]
    [Trait("RFC 9113", "4.2")]
    public async Task A_continuation_longer_than_agreed_ends_the_connection()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Headers(1, Request.Block(Request.Fields()), 0), RawFrames.Encode(FrameType.Continuation, 0, 1, [], statedLength: TooLong(client)));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.FrameSizeError);
    }

    private static int TooLong(RawHttp2Client client) =>
        (int)client.ServerSettings.GetValueOrDefault(SettingId.MaxFrameSize, (uint)RawFrames.SmallestMaxLength) + 1;
}

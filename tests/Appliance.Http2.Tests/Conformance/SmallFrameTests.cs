using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>PRIORITY, RST_STREAM, PING, GOAWAY and PUSH_PROMISE.</summary>
[Trait("RFC 9113", "6.3, 6.4, 6.6, 6.7 and 6.8")]
public sealed class SmallFrameTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly byte[] Body = Request.Message(64);

    [Fact]
    [Trait("RFC 9113", "6.3")]
    public async Task A_priority_of_no_stream_is_a_protocol_error()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Priority(0, 1));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(6)]
    [Trait("RFC 9113", "6.3")]
    public async Task A_priority_of_another_length_is_a_frame_size_error(int length)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1), RawFrames.Encode(FrameType.Priority, 0, 1, new byte[length]));
        await Verdict.StreamErrorAsync(client, 1, ErrorCode.FrameSizeError);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("RFC 9113", "5.3")]
    public async Task A_stream_that_depends_on_itself_is_served_or_a_protocol_error(bool inHeaders)
    {
        // An error in RFC 7540 (section 5.3.1); RFC 9113 has servers ignore priorities.
        await using var client = await server.OpenAsync();
        byte[] block = [.. RawFrames.PriorityFields(1, 10), .. Request.Block(Request.Fields())];
        await client.SendAsync(inHeaders
            ? [RawFrames.Headers(1, block, RawFrames.EndHeaders | RawFrames.HasPriority), RawFrames.Data(1, Body, RawFrames.EndStream)]
            : [Request.Open(1), RawFrames.Priority(1, 1), RawFrames.Data(1, Body, RawFrames.EndStream)]);
        var answer = client.AnswerTo(1);
        while (!answer.IsOver && !client.IsClosed)
        {
            await client.ReadFrameAsync();
        }
        if (answer.IsComplete)
        {
            await Verdict.EchoAsync(client, 1, Body);
        }
        else
        {
            await Verdict.StreamErrorAsync(client, 1, ErrorCode.ProtocolError);
        }
    }

    [Fact]
    [Trait("RFC 9113", "6.4")]
    public async Task A_reset_of_no_stream_is_a_protocol_error()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.ResetStream(0));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [Trait("RFC 9113", "6.4")]
    public async Task A_reset_of_another_length_ends_the_connection(int length)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1), RawFrames.Encode(FrameType.ResetStream, 0, 1, new byte[length]));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.FrameSizeError);
    }

    [Fact]
    [Trait("RFC 9113", "6.7")]
    public async Task A_ping_is_answered_with_its_payload()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Ping(0x0102030405060708), RawFrames.Ping(ulong.MaxValue));
        foreach (var payload in new byte[][] { [1, 2, 3, 4, 5, 6, 7, 8], [.. Enumerable.Repeat((byte)255, 8)] })
        {
            var frame = await client.ReadFrameAsync();
            Assert.Equal((FrameType.Ping, RawFrames.Ack, 0), (frame!.Value.Type, frame.Value.Flags, frame.Value.Stream));
            Assert.Equal(payload, frame.Value.Payload);
        }
    }

    [Fact]
    [Trait("RFC 9113", "6.7")]
    public async Task An_answer_to_a_ping_is_not_answered()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Ping(1, RawFrames.Ack), RawFrames.Ping(2));
        var frame = await client.ReadFrameAsync();
        Assert.Equal(2, frame!.Value.Payload[7]);
    }

    [Fact]
    [Trait("RFC 9113", "6.7")]
    public async Task A_ping_of_a_stream_is_a_protocol_error()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Encode(FrameType.Ping, 0, 1, new byte[8]));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 0)]
    [InlineData(9, 0)]
    [InlineData(6, RawFrames.Ack)]
    [Trait("RFC 9113", "6.7")]
    public async Task A_ping_of_another_length_ends_the_connection(int length, byte flags)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Encode(FrameType.Ping, flags, 0, new byte[length]));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.FrameSizeError);
    }

    [Fact]
    [Trait("RFC 9113", "6.8")]
    public async Task A_goodbye_of_a_stream_is_a_protocol_error()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Encode(FrameType.GoAway, 0, 1, new byte[8]));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Fact]
    [Trait("RFC 9113", "6.8")]
    public async Task A_goodbye_may_carry_data_for_people()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1), RawFrames.Encode(FrameType.GoAway, 0, 0, [.. new byte[8], .. "good night"u8]), RawFrames.Data(1, Body, RawFrames.EndStream));
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Fact]
    [Trait("RFC 9113", "4.2 and 6.8")]
    public async Task A_goodbye_too_short_for_its_fields_ends_the_connection()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Encode(FrameType.GoAway, 0, 0, new byte[7]));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.FrameSizeError);
    }

    [Fact]
    [Trait("RFC 9113", "8.4")]
    public async Task A_client_promises_nothing()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1), RawFrames.Encode(FrameType.PushPromise, RawFrames.EndHeaders, 1, [0, 0, 0, 2, .. Request.Block(Request.Fields())]));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }
}

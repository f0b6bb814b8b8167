using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>Frames that do not fit the state of their stream.</summary>
[Trait("RFC 9113", "5.1")]
public sealed class StreamStateTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly byte[] Body = Request.Message(64);

    public static TheoryData<string, byte[]> Unopened => new()
    {
        { "RST_STREAM", RawFrames.ResetStream(1) },
        { "WINDOW_UPDATE", RawFrames.WindowUpdate(1, 100) },
        { "CONTINUATION", RawFrames.Continuation(1, Request.Block(Request.Fields())) },
        { "DATA", RawFrames.Data(1, new byte[4], RawFrames.EndStream) },
        { "RST_STREAM of an even stream", RawFrames.ResetStream(2) },
        { "WINDOW_UPDATE of an even stream", RawFrames.WindowUpdate(2, 100) },
        { "DATA of an even stream", RawFrames.Data(2, new byte[4]) },
    };

    [Theory, MemberData(nameof(Unopened))]
    public async Task A_stream_that_was_never_opened_takes_nothing(string what, byte[] frame)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(frame);
        // Section 6.1 has another code than 5.1 for DATA where the stream is not open.
        await Verdict.ConnectionErrorAsync(client, what.StartsWith("DATA") ? [ErrorCode.ProtocolError, ErrorCode.StreamClosed] : [ErrorCode.ProtocolError]);
    }

    public static TheoryData<string, string> Ended => new()
    {
        { "DATA", ServerUnderTest.OrdinaryPath },
        { "DATA", ServerUnderTest.UnaryPath },
        { "HEADERS", ServerUnderTest.OrdinaryPath },
        { "HEADERS", ServerUnderTest.UnaryPath },
    };

    [Theory, MemberData(nameof(Ended))]
    public async Task A_stream_that_its_client_has_ended_takes_no_more_of_a_message(string what, string path)
    {
        // Without a window the server cannot end its own side.
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Call(1, Body, path), More(what));
        await Verdict.StreamErrorAsync(client, 1, ErrorCode.StreamClosed);
    }

    [Theory]
    [InlineData(ServerUnderTest.OrdinaryPath)]
    [InlineData(ServerUnderTest.UnaryPath)]
    public async Task A_stream_that_its_client_has_ended_takes_no_CONTINUATION(string path)
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Call(1, Body, path), RawFrames.Continuation(1, Request.Block(Request.Fields())));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError, ErrorCode.StreamClosed);
    }

    [Theory, MemberData(nameof(Ended))]
    public async Task A_stream_that_its_client_has_reset_takes_no_more_of_a_message(string what, string path)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1, path), RawFrames.ResetStream(1), More(what));
        await Verdict.StreamErrorAsync(client, 1, what == "DATA" ? [ErrorCode.StreamClosed] : [ErrorCode.StreamClosed, ErrorCode.ProtocolError]);
    }

    [Fact]
    public async Task A_stream_that_its_client_has_reset_takes_no_CONTINUATION()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1), RawFrames.ResetStream(1), RawFrames.Continuation(1, Request.Block(Request.Fields())));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError, ErrorCode.StreamClosed);
    }

    [Theory, MemberData(nameof(Ended))]
    public async Task A_stream_that_both_have_ended_takes_no_more_of_a_message(string what, string path)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Call(1, Body, path));
        await Verdict.EchoAsync(client, 1, Body);
        await client.SendAsync(More(what));
        await Verdict.StreamErrorAsync(client, 1, what == "DATA" ? [ErrorCode.StreamClosed] : [ErrorCode.StreamClosed, ErrorCode.ProtocolError]);
    }

    [Fact]
    public async Task A_stream_that_both_have_ended_takes_no_CONTINUATION()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Call(1, Body));
        await Verdict.EchoAsync(client, 1, Body);
        await client.SendAsync(RawFrames.Continuation(1, Request.Block(Request.Fields())));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError, ErrorCode.StreamClosed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(1_000)]
    [Trait("RFC 9113", "5.1.1")]
    public async Task A_client_opens_no_stream_with_an_even_number(int stream)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Get(stream));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Fact]
    [Trait("RFC 9113", "5.1.1")]
    public async Task A_stream_number_that_was_passed_over_is_not_used_any_more()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Get(5), Request.Get(3));
        // A lower number is out of order, and its stream was closed when the higher one was used: either code is right.
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError, ErrorCode.StreamClosed);
    }

    [Fact]
    [Trait("RFC 9113", "5.1.1")]
    public async Task Stream_numbers_may_leave_gaps_up_to_the_last_one()
    {
        await using var client = await server.OpenAsync();
        foreach (var stream in new[] { 1, 7, 1_001, int.MaxValue })
        {
            await Verdict.StillServesAsync(client, stream);
        }
    }

    [Theory]
    [InlineData(ServerUnderTest.OrdinaryPath)]
    [InlineData(ServerUnderTest.UnaryPath)]
    [Trait("RFC 9113", "5.1.2")]
    public async Task More_streams_than_the_server_allows_are_refused_and_the_others_served(string path)
    {
        await using var client = await server.OpenAsync();
        var limit = client.ServerSettings[SettingId.MaxConcurrentStreams];
        Assert.InRange(limit, 1u, 1_000u);
        var last = (2 * (int)limit) + 1;
        for (var stream = 1; stream <= last; stream += 2)
        {
            await client.SendAsync(Request.Open(stream, path));
        }
        await Verdict.StreamErrorAsync(client, last, ErrorCode.RefusedStream, ErrorCode.ProtocolError);
        for (var stream = 1; stream < last && !client.IsClosed; stream += 2)
        {
            await client.SendAsync(RawFrames.Data(stream, Body, RawFrames.EndStream));
            await Verdict.EchoAsync(client, stream, Body);
        }
    }

    private static byte[] More(string what) => what == "DATA" ? RawFrames.Data(1, new byte[4], RawFrames.EndStream) : Request.Get(1);
}

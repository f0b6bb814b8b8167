using System.Buffers.Binary;
using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>How errors end a connection or a stream.</summary>
[Trait("RFC 9113", "5.4 and 6.8")]
public sealed class ErrorHandlingTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly byte[] Body = Request.Message(64);
    private static readonly byte[] BrokenPing = RawFrames.Encode(FrameType.Ping, 0, 0, new byte[6]);

    [Fact]
    [Trait("RFC 9113", "5.4.1")]
    public async Task An_error_of_the_connection_is_told_by_GOAWAY_and_closes_it()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(BrokenPing);
        await client.ReadToCloseAsync();
        Assert.Equal(ErrorCode.FrameSizeError, client.GoAwayCode);
        Assert.Equal(0, client.LastGoAway!.Value.Stream);
    }

    [Fact]
    [Trait("RFC 9113", "6.8")]
    public async Task GOAWAY_names_the_last_stream_that_was_begun()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Call(1, Body));
        await Verdict.EchoAsync(client, 1, Body);
        await client.SendAsync(Request.Call(5, Body));
        await Verdict.EchoAsync(client, 5, Body);
        await client.SendAsync(BrokenPing);
        await client.ReadToCloseAsync();
        Assert.Equal(5, BinaryPrimitives.ReadInt32BigEndian(client.LastGoAway!.Value.Payload));
    }

    [Fact]
    [Trait("RFC 9113", "5.4.1")]
    public async Task An_error_of_the_connection_ends_its_calls_and_nobody_elses()
    {
        await using var other = await server.OpenAsync((SettingId.InitialWindowSize, 0));
        await other.SendAsync(Request.Call(1, Body));
        await using (var client = await server.OpenAsync())
        {
            await client.SendAsync(Request.Open(1), Request.Open(3, ServerUnderTest.UnaryPath), Request.Open(5, ServerUnderTest.HoldingPath), BrokenPing);
            await Verdict.ConnectionErrorAsync(client, ErrorCode.FrameSizeError);
        }
        await other.SendAsync(RawFrames.WindowUpdate(1, Body.Length));
        await Verdict.EchoAsync(other, 1, Body);
    }

    [Theory]
    [InlineData(ServerUnderTest.OrdinaryPath)]
    [InlineData(ServerUnderTest.UnaryPath)]
    [Trait("RFC 9113", "6.8")]
    public async Task A_server_that_stops_says_so_and_ends_what_was_begun(string path)
    {
        await using var stopping = await ServerUnderTest.StartAsync();
        await using var client = await RawHttp2Client.OpenAsync(stopping.Port, (SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Call(1, Body, path));
        await client.PingAsync();
        var stopped = stopping.StopAsync(RawHttp2Client.Patience);
        await client.ReadUntilAsync(() => client.LastGoAway is not null);
        Assert.Equal(ErrorCode.NoError, client.GoAwayCode);
        await client.SendAsync(RawFrames.WindowUpdate(1, Body.Length));
        await Verdict.EchoAsync(client, 1, Body);
        // A client that has been told goodbye and has its answers leaves; a server need not be the first to close.
        client.HalfClose();
        await client.ReadToCloseAsync();
        Assert.Equal(ErrorCode.NoError, client.GoAwayCode);
        Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(client.LastGoAway!.Value.Payload), 1, int.MaxValue);
        await stopped.WaitAsync(RawHttp2Client.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    [Trait("RFC 9113", "6.8")]
    public async Task A_server_that_stops_closes_idle_connections()
    {
        await using var stopping = await ServerUnderTest.StartAsync();
        await using var client = await RawHttp2Client.OpenAsync(stopping.Port);
        await Verdict.StillServesAsync(client, 1);
        var stopped = stopping.StopAsync(RawHttp2Client.Patience);
        await Verdict.ConnectionErrorAsync(client, ErrorCode.NoError);
        await stopped.WaitAsync(RawHttp2Client.Patience, TestContext.Current.CancellationToken);
    }
}

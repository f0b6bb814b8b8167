using System.Text;
using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>How a connection begins.</summary>
[Trait("RFC 9113", "3.4")]
public sealed class PrefaceTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task The_servers_first_frame_is_its_settings()
    {
        await using var client = await RawHttp2Client.ConnectAsync(server.Port);
        await client.SendAsync([.. RawFrames.Preface, .. RawFrames.Settings()]);
        var first = await client.ReadFrameAsync();
        Assert.Equal((FrameType.Settings, 0, (byte)0), (first!.Value.Type, first.Value.Stream, first.Value.Flags));
    }

    [Fact]
    public async Task Requests_right_behind_the_preface_are_served()
    {
        await using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var body = Request.Message(40);
        await client.SendAsync([.. RawFrames.Preface, .. RawFrames.Settings(), .. Request.Call(1, body), .. Request.Call(3, body)]);
        await Verdict.EchoAsync(client, 1, body);
        await Verdict.EchoAsync(client, 3, body);
    }

    [Fact]
    public async Task A_connection_that_comes_byte_by_byte_is_served()
    {
        await using var client = await RawHttp2Client.ConnectAsync(server.Port);
        var body = Request.Message(40);
        foreach (var octet in RawFrames.Together(RawFrames.Preface.ToArray(), RawFrames.Settings((SettingId.EnablePush, 0)), Request.Call(1, body)))
        {
            await client.SendAsync([octet]);
        }
        await Verdict.EchoAsync(client, 1, body);
    }

    private static readonly Dictionary<string, byte[]> PrefacesByName = new()
    {
        ["a wrong last byte"] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX"u8.ToArray(),
        ["a wrong version"] = "PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n"u8.ToArray(),
        ["zeros"] = new byte[24],
        ["the hello of TLS"] = [0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, .. new byte[190]],
    };

    public static TheoryData<string> OtherPrefaces => new(PrefacesByName.Keys);

    [Theory, MemberData(nameof(OtherPrefaces))]
    public async Task Anything_else_than_the_preface_ends_the_connection(string what)
    {
        await using var client = await RawHttp2Client.ConnectAsync(server.Port);
        await client.SendAsync(PrefacesByName[what]);
        // GOAWAY may be left out here: the peer does not speak the protocol.
        await client.ReadBytesToEndAsync();
        await server.AssertServesOthersAsync();
    }

    private static readonly Dictionary<string, byte[]> FirstFramesByName = new()
    {
        ["PING"] = RawFrames.Ping(1),
        ["HEADERS"] = Request.Get(1),
        ["WINDOW_UPDATE"] = RawFrames.WindowUpdate(0, 10),
        ["an acknowledgement"] = RawFrames.SettingsAck(),
    };

    public static TheoryData<string> OtherFirstFrames => new(FirstFramesByName.Keys);

    [Theory, MemberData(nameof(OtherFirstFrames))]
    public async Task Another_first_frame_than_settings_is_a_protocol_error(string what)
    {
        await using var client = await RawHttp2Client.ConnectAsync(server.Port);
        await client.SendAsync([.. RawFrames.Preface, .. FirstFramesByName[what]]);
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("POST /conformance.Echo/Unary HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    public async Task A_request_in_HTTP_1_is_answered_in_HTTP_1_with_400(string request)
    {
        await using var client = await RawHttp2Client.ConnectAsync(server.Port);
        await client.SendAsync(Encoding.ASCII.GetBytes(request));
        Assert.StartsWith("HTTP/1.1 400 ", Encoding.ASCII.GetString(await client.ReadBytesToEndAsync()));
    }
}

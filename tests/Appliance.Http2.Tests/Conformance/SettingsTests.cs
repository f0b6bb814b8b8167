using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>SETTINGS of the client, and the server's own.</summary>
[Trait("RFC 9113", "6.5")]
public sealed class SettingsTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly byte[] Body = Request.Message(64);

    [Fact]
    [Trait("RFC 9113", "6.5.2")]
    public async Task The_servers_settings_are_within_their_ranges()
    {
        await using var client = await server.OpenAsync();
        Assert.InRange(client.ServerSettings.GetValueOrDefault(SettingId.MaxFrameSize, 16_384u), 16_384u, (1u << 24) - 1);
        Assert.InRange(client.ServerSettings.GetValueOrDefault(SettingId.InitialWindowSize, 65_535u), 1u, (uint)int.MaxValue);
        Assert.Equal(0u, client.ServerSettings.GetValueOrDefault(SettingId.EnablePush));
    }

    [Fact]
    [Trait("RFC 9113", "6.5.3")]
    public async Task Each_settings_frame_is_acknowledged_once_and_in_turn()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Settings(), RawFrames.Settings((SettingId.MaxFrameSize, 20_000)), RawFrames.Settings((SettingId.EnablePush, 0)));
        await client.PingAsync();
        Assert.Equal(4, client.SettingsAcks);
    }

    [Fact]
    [Trait("RFC 9113", "6.5.3")]
    public async Task An_acknowledgement_is_not_acknowledged()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.SettingsAck());
        await client.PingAsync();
        Assert.Equal(1, client.SettingsAcks);
    }

    [Fact]
    [Trait("RFC 9113", "6.5.3")]
    public async Task Values_take_effect_in_the_order_in_which_they_come()
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 100), (SettingId.InitialWindowSize, 7));
        await client.SendAsync(Request.Call(1, Body));
        await client.ReadUntilAsync(() => client.AnswerTo(1).Length > 0);
        await client.PingAsync();
        Assert.Equal(7, client.AnswerTo(1).Length);
    }

    private static readonly Dictionary<string, (byte[] Frame, ErrorCode Code)> BrokenByName = new()
    {
        ["an acknowledgement with content"] = (RawFrames.Encode(FrameType.Settings, RawFrames.Ack, 0, new byte[6]), ErrorCode.FrameSizeError),
        ["settings of a stream"] = (RawFrames.Encode(FrameType.Settings, 0, 1, []), ErrorCode.ProtocolError),
        ["an acknowledgement of a stream"] = (RawFrames.Encode(FrameType.Settings, RawFrames.Ack, 1, []), ErrorCode.ProtocolError),
        ["3 bytes"] = (RawFrames.Encode(FrameType.Settings, 0, 0, new byte[3]), ErrorCode.FrameSizeError),
        ["7 bytes"] = (RawFrames.Encode(FrameType.Settings, 0, 0, new byte[7]), ErrorCode.FrameSizeError),
        ["push by 2"] = (RawFrames.Settings((SettingId.EnablePush, 2)), ErrorCode.ProtocolError),
        ["push by the largest number"] = (RawFrames.Settings((SettingId.EnablePush, uint.MaxValue)), ErrorCode.ProtocolError),
        ["a window of 2^31"] = (RawFrames.Settings((SettingId.InitialWindowSize, 1u << 31)), ErrorCode.FlowControlError),
        ["a window of the largest number"] = (RawFrames.Settings((SettingId.InitialWindowSize, uint.MaxValue)), ErrorCode.FlowControlError),
        ["frames of no bytes"] = (RawFrames.Settings((SettingId.MaxFrameSize, 0)), ErrorCode.ProtocolError),
        ["frames of 2^14 - 1"] = (RawFrames.Settings((SettingId.MaxFrameSize, (1 << 14) - 1)), ErrorCode.ProtocolError),
        ["frames of 2^24"] = (RawFrames.Settings((SettingId.MaxFrameSize, 1 << 24)), ErrorCode.ProtocolError),
        ["a bad value behind good ones"] = (RawFrames.Settings((SettingId.EnablePush, 0), (SettingId.MaxFrameSize, 16_384), (SettingId.EnablePush, 3)), ErrorCode.ProtocolError),
    };

    public static TheoryData<string> Broken => new(BrokenByName.Keys);

    [Theory, MemberData(nameof(Broken))]
    public async Task Broken_settings_end_the_connection(string what)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(BrokenByName[what].Frame);
        await Verdict.ConnectionErrorAsync(client, BrokenByName[what].Code);
    }

    public static TheoryData<SettingId, uint> Allowed => new()
    {
        { SettingId.HeaderTableSize, 0 },
        { SettingId.HeaderTableSize, uint.MaxValue },
        { SettingId.EnablePush, 1 },
        { SettingId.MaxConcurrentStreams, 0 },
        { SettingId.MaxConcurrentStreams, uint.MaxValue },
        { SettingId.InitialWindowSize, int.MaxValue },
        { SettingId.MaxFrameSize, 16_384 },
        { SettingId.MaxFrameSize, (1 << 24) - 1 },
        { SettingId.MaxHeaderListSize, uint.MaxValue },
        { (SettingId)0, 1 },
        { (SettingId)7, 1 },
        { (SettingId)0xFFFF, uint.MaxValue },
    };

    [Theory, MemberData(nameof(Allowed))]
    [Trait("RFC 9113", "6.5.2")]
    public async Task Every_value_within_its_range_is_taken_and_what_is_unknown_is_ignored(SettingId id, uint value)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.Settings((id, value)));
        await client.ReadUntilAsync(() => client.SettingsAcks == 2);
        await Verdict.StillServesAsync(client, 1);
    }

    [Fact]
    [Trait("RFC 9113", "6.5.2")]
    public async Task The_server_sends_no_frame_longer_than_its_client_takes()
    {
        // The client fails on a frame over 16,384 bytes, which it does not allow here.
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 1 << 20));
        var body = Request.Message(60_000);
        await client.UploadCallAsync(1, body, ServerUnderTest.OrdinaryPath);
        await client.UploadCallAsync(3, body[..5_000], ServerUnderTest.UnaryPath);
        await Verdict.EchoAsync(client, 1, body);
        await Verdict.EchoAsync(client, 3, body[..5_000]);
    }

    [Fact]
    [Trait("RFC 7541", "4.2")]
    public async Task A_client_without_a_table_gets_headers_without_references_to_one()
    {
        await using var client = await server.OpenAsync((SettingId.HeaderTableSize, 0));
        for (var stream = 1; stream < 20; stream += 2)
        {
            await Verdict.StillServesAsync(client, stream);
        }
    }

    [Fact]
    [Trait("RFC 7541", "4.2")]
    public async Task A_client_with_a_large_table_can_read_every_answer()
    {
        await using var client = await server.OpenAsync((SettingId.HeaderTableSize, 1 << 20));
        for (var stream = 1; stream < 20; stream += 2)
        {
            await Verdict.StillServesAsync(client, stream);
        }
    }
}

using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>Windows: the server obeys the client's to the byte, and refuses updates that are none.</summary>
[Trait("RFC 9113", "6.9")]
public sealed class FlowControlTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly byte[] Body = Request.Message(200);

    public static TheoryData<string> Paths => PlainBehaviourTests.Paths;

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "6.9.1")]
    public async Task No_more_is_sent_than_the_window_of_the_stream_has_room_for(string path)
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 1));
        await client.SendAsync(Request.Call(1, Body, path));
        await AwaitExactlyAsync(client, 1, 1);
        await client.SendAsync(RawFrames.WindowUpdate(1, 9));
        await AwaitExactlyAsync(client, 1, 10);
        await client.SendAsync(RawFrames.WindowUpdate(1, 1_000));
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "6.9.1")]
    public async Task No_more_is_sent_than_the_window_of_the_connection_has_room_for(string path)
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 1 << 20));
        var body = Request.Message(50_000);
        await client.UploadCallAsync(1, body, path);
        await Verdict.EchoAsync(client, 1, body);
        await client.UploadCallAsync(3, body, path);
        await AwaitExactlyAsync(client, 3, SendWindows.Default - 50_000);
        await client.SendAsync(RawFrames.WindowUpdate(0, 5));
        await AwaitExactlyAsync(client, 3, SendWindows.Default - 49_995);
        await client.SendAsync(RawFrames.WindowUpdate(0, 100_000));
        await Verdict.EchoAsync(client, 3, body);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task A_stream_without_a_window_holds_no_other_up(string path)
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Call(1, Body, path), Request.Call(3, Body, path), RawFrames.WindowUpdate(3, Body.Length));
        await Verdict.EchoAsync(client, 3, Body);
        Assert.Equal(0, client.AnswerTo(1).Length);
        await client.SendAsync(RawFrames.WindowUpdate(1, Body.Length));
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Headers_and_trailers_need_no_window(string path)
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, (uint)Body.Length));
        // The windows fit the body exactly: nothing is left when the trailers come.
        await client.SendAsync(Request.Call(1, Body, path));
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "6.9.2")]
    public async Task A_new_initial_window_counts_for_open_streams(string path)
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Call(1, Body, path), RawFrames.Settings((SettingId.InitialWindowSize, 1)));
        await AwaitExactlyAsync(client, 1, 1);
        await client.SendAsync(RawFrames.Settings((SettingId.InitialWindowSize, 11)));
        await AwaitExactlyAsync(client, 1, 11);
        await client.SendAsync(RawFrames.Settings((SettingId.InitialWindowSize, 1_000)));
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "6.9.2")]
    public async Task A_window_below_nothing_is_filled_up_before_more_is_sent(string path)
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 10));
        await client.SendAsync(Request.Call(1, Body, path));
        await AwaitExactlyAsync(client, 1, 10);
        // The window falls to 3 - 10 = -7; then it is 0, and then 2.
        await client.SendAsync(RawFrames.Settings((SettingId.InitialWindowSize, 3)), RawFrames.WindowUpdate(1, 7));
        await AwaitExactlyAsync(client, 1, 10);
        await client.SendAsync(RawFrames.WindowUpdate(1, 2));
        await AwaitExactlyAsync(client, 1, 12);
        await client.SendAsync(RawFrames.Settings((SettingId.InitialWindowSize, 0)), RawFrames.WindowUpdate(1, 3 + Body.Length - 12));
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "6.9.2")]
    public async Task Settings_do_not_change_the_window_of_the_connection(string path)
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 10));
        await client.SendAsync(RawFrames.Settings((SettingId.InitialWindowSize, 1 << 20)));
        var body = Request.Message(70_000);
        await client.UploadCallAsync(1, body, path);
        await AwaitExactlyAsync(client, 1, SendWindows.Default);
        await client.SendAsync(RawFrames.WindowUpdate(0, 70_000));
        await Verdict.EchoAsync(client, 1, body);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "10.5")]
    public async Task A_window_that_opens_by_one_byte_at_a_time_lets_the_whole_answer_through(string path)
    {
        await using var client = await server.OpenAsync((SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Call(1, Body, path));
        for (var i = 0; i < Body.Length; i++)
        {
            await client.SendAsync(RawFrames.WindowUpdate(1, 1));
        }
        await Verdict.EchoAsync(client, 1, Body);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(int.MinValue)]
    public async Task A_window_of_the_connection_that_opens_by_nothing_is_a_protocol_error(int increment)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.WindowUpdate(0, increment));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.ProtocolError);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task A_window_of_a_stream_that_opens_by_nothing_is_a_protocol_error(string path)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1, path), RawFrames.WindowUpdate(1, 0));
        await Verdict.StreamErrorAsync(client, 1, ErrorCode.ProtocolError);
    }

    [Fact]
    [Trait("RFC 9113", "6.9.1")]
    public async Task A_window_of_the_connection_beyond_the_largest_is_a_flow_control_error()
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(RawFrames.WindowUpdate(0, int.MaxValue - SendWindows.Default));
        await Verdict.StillServesAsync(client, 1);
        await client.SendAsync(RawFrames.WindowUpdate(0, 1_000));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.FlowControlError);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "6.9.1")]
    public async Task A_window_of_a_stream_beyond_the_largest_is_a_flow_control_error(string path)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1, path), RawFrames.WindowUpdate(1, int.MaxValue - SendWindows.Default), RawFrames.WindowUpdate(1, 1));
        await Verdict.StreamErrorAsync(client, 1, ErrorCode.FlowControlError);
    }

    [Theory, MemberData(nameof(Paths))]
    [Trait("RFC 9113", "6.9.2")]
    public async Task Settings_that_open_a_stream_beyond_the_largest_window_are_a_flow_control_error(string path)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1, path), RawFrames.WindowUpdate(1, 1), RawFrames.Settings((SettingId.InitialWindowSize, int.MaxValue)));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.FlowControlError);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(0, 5)]
    [InlineData(1, 0)]
    [InlineData(1, 8)]
    public async Task A_window_update_of_another_length_ends_the_connection(int stream, int length)
    {
        await using var client = await server.OpenAsync();
        await client.SendAsync(Request.Open(1), RawFrames.Encode(FrameType.WindowUpdate, 0, stream, new byte[length]));
        await Verdict.ConnectionErrorAsync(client, ErrorCode.FrameSizeError);
    }

    /// <summary>That many bytes have come of the answer, and no more although the server has dealt with all that was sent.</summary>
    private static async Task AwaitExactlyAsync(RawHttp2Client client, int stream, int bytes)
    {
        await client.ReadUntilAsync(() => client.AnswerTo(stream).Length >= bytes);
        await client.PingAsync();
        Assert.Equal(bytes, client.AnswerTo(stream).Length);
    }
}

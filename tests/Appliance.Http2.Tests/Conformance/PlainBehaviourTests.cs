using Appliance.Http2.Tests.Conformance.Wire;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>What clients that keep the rules rely on.</summary>
[Trait("RFC 9113", "8")]
public sealed class PlainBehaviourTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    public static TheoryData<string> Paths => new(ServerUnderTest.OrdinaryPath, ServerUnderTest.UnaryPath);

    [Theory, MemberData(nameof(Paths))]
    public async Task A_thousand_requests_are_served_behind_one_another(string path)
    {
        await using var client = await server.OpenAsync();
        client.ReplenishesWindows = true;
        var body = Request.Message(100);
        for (var stream = 1; stream < 2_000; stream += 2)
        {
            await client.UploadCallAsync(stream, body, path);
            await Verdict.EchoAsync(client, stream, body);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task A_hundred_requests_are_served_beside_one_another(string path)
    {
        await using var client = await server.OpenAsync();
        client.ReplenishesWindows = true;
        var streams = Enumerable.Range(0, 100).Select(i => (2 * i) + 1).ToArray();
        foreach (var stream in streams)
        {
            await client.SendAsync(Request.Open(stream, path));
        }
        // Each body comes in three pieces, and those of all streams in turn.
        var body = Request.Message(300);
        for (var piece = 0; piece < 3; piece++)
        {
            foreach (var stream in streams)
            {
                await client.SendAsync(RawFrames.Data(stream, body.AsSpan(100 * piece, 100), piece == 2 ? RawFrames.EndStream : (byte)0));
            }
        }
        foreach (var stream in streams.Reverse())
        {
            await Verdict.EchoAsync(client, stream, body);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Three_megabytes_come_back_whole_within_the_windows_of_both_sides(string path)
    {
        await using var client = await server.OpenAsync();
        client.ReplenishesWindows = true;
        var body = Request.Message(3 << 20);
        await client.UploadCallAsync(1, body, path);
        await Verdict.EchoAsync(client, 1, body);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task An_upload_that_its_client_resets_harms_no_other(string path)
    {
        await using var client = await server.OpenAsync();
        var body = Request.Message(5_000);
        await client.SendAsync(Request.Open(1, path), RawFrames.Data(1, body.AsSpan(0, 2_000)), Request.Open(3, path), RawFrames.Data(3, body.AsSpan(0, 2_000)));
        await client.SendAsync(RawFrames.ResetStream(1), RawFrames.Data(3, body.AsSpan(2_000), RawFrames.EndStream));
        await Verdict.EchoAsync(client, 3, body);
        await client.PingAsync();
        Assert.Equal(0, client.AnswerTo(1).Status);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Uploads_that_are_reset_give_their_part_of_the_connections_window_back(string path)
    {
        await using var client = await server.OpenAsync();
        // In all several times the window that a server may keep for a connection.
        var body = Request.Message(40_000);
        for (var stream = 1; stream < 1_000; stream += 2)
        {
            await client.SendAsync(Request.Open(stream, path));
            for (var piece = 0; piece < 2; piece++)
            {
                await client.ReadUntilAsync(() => client.Windows.Available(stream) >= 16_000);
                client.Windows.Take(stream, 16_000);
                await client.SendAsync(RawFrames.Data(stream, body.AsSpan(16_000 * piece, 16_000)));
            }
            await client.SendAsync(RawFrames.ResetStream(stream));
        }
        await Verdict.StillServesAsync(client, 1_001);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task A_client_that_says_goodbye_still_gets_its_answers(string path)
    {
        await using var client = await server.OpenAsync();
        var body = Request.Message(60);
        await client.SendAsync(Request.Open(1, path), RawFrames.GoAway(0, ErrorCode.NoError), RawFrames.Data(1, body, RawFrames.EndStream));
        await Verdict.EchoAsync(client, 1, body);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task A_client_that_closes_its_side_after_the_answer_sees_the_connection_end(string path)
    {
        await using var client = await server.OpenAsync();
        var body = Request.Message(60);
        await client.SendAsync(Request.Call(1, body, path));
        await Verdict.EchoAsync(client, 1, body);
        client.HalfClose();
        await client.ReadToCloseAsync();
        Assert.True(client.GoAwayCode is null or ErrorCode.NoError, $"GOAWAY {client.GoAwayCode}");
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task A_client_that_closes_its_side_before_the_answer_gets_all_of_it_or_the_end_of_the_connection(string path)
    {
        await using var client = await server.OpenAsync();
        var body = Request.Message(60);
        await client.SendAsync(Request.Call(1, body, path));
        client.HalfClose();
        await client.ReadToCloseAsync();
        Assert.True(!client.AnswerTo(1).IsComplete || client.AnswerTo(1).Body.AsSpan().SequenceEqual(body));
        await server.AssertServesOthersAsync();
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task A_client_that_vanishes_in_the_middle_of_an_upload_harms_no_other(string path)
    {
        await using (var client = await server.OpenAsync())
        {
            await client.SendAsync(Request.Open(1, path), RawFrames.Data(1, Request.Message(2_000).AsSpan(0, 1_000)));
        }
        await server.AssertServesOthersAsync();
    }
}

using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Http2.Tests.Endings;

[Collection(nameof(CostTests))]
[CollectionDefinition(nameof(CostTests), DisableParallelization = true)]
public sealed class CostTests
{
    [Fact]
    public async Task A_smaller_header_table_is_acknowledged_in_front_of_the_first_answer()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, new EchoService());
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.HeaderTableSize, 1000));
        await client.SendAsync(Request.Call(1, Request.Message(30), ServerUnderTest.UnaryPath));
        Frame? frame;
        do frame = await client.ReadFrameAsync();
        while (frame is { Type: not FrameType.Headers });
        Assert.True((frame!.Value.Payload[0] & 0xE0) == 0x20, $"The block begins with 0x{frame.Value.Payload[0]:X2}: RFC 9113, 4.3.1 wants a table size update.");
    }

    [Theory]
    [InlineData(4 << 20, 1L << 40)]
    [InlineData(1 << 30, 4 << 20)]
    public async Task Bodies_that_never_end_are_refused_once_they_hold_too_much_and_others_are_served(long ofOne, long ofAll)
    {
        var limits = new ConnectionLimits { MaxStreams = 64, MaxUnfinishedBytes = ofOne, MaxUnfinishedBytesInAll = ofAll };
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, new EchoService(), limits);
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.InitialWindowSize, 4 << 20));
        await client.SendAsync(RawFrames.WindowUpdate(0, 8 << 20));
        for (var stream = 1; stream < 64; stream += 2)
        {
            await client.SendAsync(Request.Open(stream, ServerUnderTest.UnaryPath));
            var data = RawFrames.Data(stream, new byte[16_000]);
            for (var i = 0; i < 16; i++) await client.SendAsync(data);
        }
        await client.PingAsync();
        var refused = Enumerable.Range(0, 32).Count(i => client.AnswerTo((2 * i) + 1).IsOver);
        // Sixteen of them fit.
        Assert.InRange(refused, 15, 17);
        await client.SendAsync(RawFrames.Data(1, "the end"u8, RawFrames.EndStream));
        Assert.Equal((16 * 16_000) + 7, (await client.ReadAnswerAsync(1)).Length);
    }

    [Fact]
    public async Task One_body_may_be_larger_than_all_others_may_be_together()
    {
        var limits = new ConnectionLimits { MaxUnfinishedBytes = 1 << 20 };
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, new EchoService(), limits);
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.InitialWindowSize, 4 << 20));
        await client.SendAsync(RawFrames.WindowUpdate(0, 8 << 20));
        await client.UploadCallAsync(1, new byte[3 << 20], ServerUnderTest.UnaryPath);
        Assert.Equal(3 << 20, (await client.ReadAnswerAsync(1)).Length);
    }

    [Fact]
    public async Task Of_many_settings_in_one_frame_the_last_counts()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, new EchoService());
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        await client.SendAsync(RawFrames.Settings([.. Enumerable.Range(0, 2700).Select(i => (SettingId.InitialWindowSize, (uint)i)), (SettingId.InitialWindowSize, 20u)]));
        await client.SendAsync(Request.Call(1, Request.Message(30), ServerUnderTest.UnaryPath));
        await client.ReadUntilAsync(() => client.AnswerTo(1).Length == 20);
        await client.SendAsync(RawFrames.WindowUpdate(1, 100));
        await client.ReadAnswerAsync(1);
    }

    [Fact]
    public async Task Settings_without_end_are_too_much()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask);
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        var frame = RawFrames.Settings((SettingId.InitialWindowSize, 1000));
        await client.TrySendAsync(RawFrames.Together(Enumerable.Repeat(frame, 20_000)));
        await client.ReadToCloseAsync();
        // A reset of the connection may overtake the word of it.
        Assert.True(client.GoAwayCode is null or ErrorCode.EnhanceYourCalm, $"GOAWAY {client.GoAwayCode}");
    }

    [Fact]
    public async Task Many_fields_of_one_name_cost_no_more_than_as_many_of_others()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask);
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        var first = new HpackWriter().Fields(Request.Fields(ServerUnderTest.OrdinaryPath)).Literal("x", "y", HpackWriter.Indexing).ToArray();
        await client.SendAsync(RawFrames.Headers(1, first, RawFrames.EndHeaders | RawFrames.EndStream));
        await client.ReadAnswerAsync(1);
        var block = new HpackWriter().Fields(Request.Fields(ServerUnderTest.OrdinaryPath));
        for (var i = 0; i < 90; i++) block.Indexed(62);
        var bytes = block.ToArray();
        var before = GC.GetTotalAllocatedBytes(true);
        for (var stream = 3; stream < 43; stream += 2)
        {
            await client.SendAsync(RawFrames.Headers(stream, bytes, RawFrames.EndHeaders | RawFrames.EndStream));
            await client.ReadAnswerAsync(stream);
        }
        Assert.Equal(200, client.AnswerTo(41).Status);
        var each = (GC.GetTotalAllocatedBytes(true) - before) / 20;
        Assert.True(each < 300_000, $"{bytes.Length} bytes of headers cost {each} bytes of garbage.");
    }
}

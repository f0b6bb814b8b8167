using System.Diagnostics;
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

    [Fact]
    public async Task Bodies_that_never_end_do_not_fill_memory_beyond_the_connections_window()
    {
        var limits = new ConnectionLimits { MaxStreams = 64 };
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, new EchoService(), limits);
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var stream = 1; stream < 128; stream += 2)
        {
            await client.SendAsync(Request.Open(stream, ServerUnderTest.UnaryPath));
            var data = RawFrames.Data(stream, new byte[16_000]);
            for (var i = 0; i < 60; i++) await client.SendAsync(data);
        }
        await client.PingAsync();
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 2 * limits.ConnectionWindow, $"{grown / 1e6:F0} MB are held for one connection, whose window is {limits.ConnectionWindow / 1e6:F0} MB.");
    }

    [Fact]
    public async Task Settings_in_one_frame_cost_little_however_many_streams_are_open()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, new HandService());
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        for (var stream = 1; stream < 2 * 1024; stream += 2) await client.SendAsync(Request.Open(stream, ServerUnderTest.UnaryPath));
        await client.PingAsync();
        var frame = RawFrames.Settings([.. Enumerable.Range(0, 2700).Select(i => (SettingId.InitialWindowSize, (uint)(60_000 + i)))]);
        var clock = Stopwatch.StartNew();
        await client.SendAsync(RawFrames.Together(Enumerable.Repeat(frame, 16)));
        await client.PingAsync();
        Assert.True(clock.ElapsedMilliseconds < 50, $"{16 * frame.Length} bytes took {clock.ElapsedMilliseconds} ms of the reader, the gate held.");
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
        for (var i = 0; i < 900; i++) block.Indexed(62);
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

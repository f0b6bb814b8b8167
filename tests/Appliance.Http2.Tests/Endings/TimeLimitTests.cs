using System.Buffers;
using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Appliance.Http2.Tests.Endings;

public sealed class TimeLimitTests
{
    private static ConnectionLimits Short => new() { StallTimeout = TimeSpan.FromSeconds(2) };

    [Fact]
    public async Task A_caller_who_takes_a_long_answer_steadily_is_not_cut_off()
    {
        const int Pieces = 1600, Piece = 64 * 1024;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var writer = context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
            for (var i = 0; i < Pieces; i++)
            {
                writer.Write(new byte[Piece]);
                if ((await writer.FlushAsync()).IsCompleted) return;
            }
        }, limits: Short);
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.InitialWindowSize, int.MaxValue));
        await client.SendAsync(RawFrames.WindowUpdate(0, 1 << 30), Request.Whole(1, Request.Fields(ServerUnderTest.OrdinaryPath)));
        long taken = 0;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (taken < (long)Pieces * Piece)
        {
            var frame = await client.ReadFrameAsync();
            Assert.True(frame is not null, $"Cut off after {clock.Elapsed.TotalSeconds:F1} s and {taken} bytes, taken all the time.");
            if (frame is { Type: FrameType.Data } data) taken += data.Payload.Length;
            if (taken / Piece / 4 * 20 > clock.ElapsedMilliseconds) await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_header_block_in_two_parts_is_taken_after_a_rest()
    {
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, limits: Short);
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        await Task.Delay(4500, TestContext.Current.CancellationToken);
        var block = Request.Block(Request.Fields(ServerUnderTest.OrdinaryPath));
        await client.SendAsync(RawFrames.Headers(1, block.AsSpan(0, 10), RawFrames.EndStream));
        await Task.Delay(300, TestContext.Current.CancellationToken);
        await client.TrySendAsync(RawFrames.Continuation(1, block.AsSpan(10)));
        await client.ReadAnswerAsync(1);
    }

    [Fact]
    public async Task An_answer_that_took_long_still_waits_for_its_callers_window()
    {
        var service = new HandService();
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, service, Short);
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Call(1, Request.Message(30), ServerUnderTest.UnaryPath));
        var call = service.Next();
        await Task.Delay(4500, TestContext.Current.CancellationToken);
        call.Reply();
        await Task.Delay(1300, TestContext.Current.CancellationToken);
        await client.SendAsync(RawFrames.WindowUpdate(1, 1000));
        await client.ReadAnswerAsync(1);
    }

    [Theory]
    [InlineData(ServerUnderTest.OrdinaryPath, false)]
    [InlineData(ServerUnderTest.OrdinaryPath, true)]
    [InlineData(ServerUnderTest.UnaryPath, false)]
    [InlineData(ServerUnderTest.UnaryPath, true)]
    public async Task A_body_that_rests_or_comes_byte_by_byte_is_given_up_and_harms_no_other(string path, bool drips)
    {
        await using var server = await ScriptedServer.StartAsync(ReadAllAsync, new HandService(), Short);
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        await client.SendAsync(Request.Open(1, path), RawFrames.Data(1, Request.Message(1000).AsSpan(0, 10)));
        if (drips)
        {
            var reading = client.ReadUntilAsync(() => client.AnswerTo(1).IsOver);
            while (!reading.IsCompleted)
            {
                await client.TrySendAsync(RawFrames.Data(1, [0]));
                await Task.WhenAny(reading, Task.Delay(400, TestContext.Current.CancellationToken));
            }
            await reading;
        }
        else await client.ReadUntilAsync(() => client.AnswerTo(1).IsOver);
        Assert.Equal(ErrorCode.Cancel, client.AnswerTo(1).Reset);
        await client.UploadCallAsync(3, Request.Message(100), ServerUnderTest.OrdinaryPath);
        await client.ReadAnswerAsync(3);
    }

    [Fact]
    public async Task A_stream_of_messages_may_rest()
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            context.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
            return ReadAllAsync(context);
        }, limits: Short);
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        await client.SendAsync(Request.Open(1, ServerUnderTest.OrdinaryPath), RawFrames.Data(1, Request.Message(10)));
        await Task.Delay(4500, TestContext.Current.CancellationToken);
        await client.SendAsync(RawFrames.Data(1, Request.Message(10), RawFrames.EndStream));
        await client.ReadAnswerAsync(1);
    }

    [Fact]
    public async Task A_body_that_the_application_does_not_read_is_waited_for()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await Task.Delay(3500);
            await ReadAllAsync(context);
        }, limits: new ConnectionLimits { StallTimeout = TimeSpan.FromSeconds(2), StreamWindow = 70_000 });
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        client.ReplenishesWindows = true;
        // More than the window takes: its caller can do nothing but wait.
        await client.UploadCallAsync(1, Request.Message(200_000), ServerUnderTest.OrdinaryPath);
        await client.ReadAnswerAsync(1);
    }

    private static Task ReadAllAsync(IFeatureCollection context) => context.GetRequiredFeature<IHttpRequestFeature>().Body.CopyToAsync(Stream.Null);
}

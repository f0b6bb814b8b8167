using System.Buffers;
using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Http2.Tests.Endings;

public sealed class ApplicationEndTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static IHttpResponseBodyFeature Response(IFeatureCollection context) => context.GetRequiredFeature<IHttpResponseBodyFeature>();

    [Fact]
    public async Task Answers_that_callers_give_up_unread_do_not_count_as_running_for_ever()
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            // As a unary gRPC method's answer is written: without a flush.
            Response(context).Writer.Write(new byte[100]);
            return Task.CompletedTask;
        }, limits: new ConnectionLimits { MaxStreams = 16 });
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.InitialWindowSize, 0));
        for (var stream = 1; stream < 120; stream += 2)
        {
            await client.SendAsync(Request.Whole(stream, Request.Fields(ServerUnderTest.OrdinaryPath)));
            await client.ReadUntilAsync(() => client.AnswerTo(stream).Status == 200);
            await Task.Delay(10, TestContext.Current.CancellationToken);
            await client.SendAsync(RawFrames.ResetStream(stream));
        }
        await client.PingAsync();
    }

    [Fact]
    public async Task A_callback_that_fails_before_the_headers_ends_the_call()
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            context.GetRequiredFeature<IHttpResponseFeature>().OnStarting(_ => throw new InvalidOperationException("no"), this);
            return Task.CompletedTask;
        });
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        await client.SendAsync(Request.Whole(1, Request.Fields(ServerUnderTest.OrdinaryPath)));
        await client.ReadUntilAsync(() => client.AnswerTo(1).IsOver);
    }

    [Fact]
    public async Task A_callback_that_fails_behind_the_answer_leaves_the_windows_whole()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.GetRequiredFeature<IHttpResponseFeature>().OnCompleted(_ => throw new InvalidOperationException("no"), this);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }, limits: new ConnectionLimits { ConnectionWindow = 128 * 1024 });
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        for (var stream = 1; stream < 40; stream += 2)
        {
            await client.UploadCallAsync(stream, new byte[10_000], ServerUnderTest.OrdinaryPath);
            await client.ReadAnswerAsync(stream);
        }
    }

    [Fact]
    public async Task An_application_that_answers_early_and_reads_on_hears_of_its_callers_end()
    {
        var over = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await Response(context).CompleteAsync();
            try
            {
                await context.GetRequiredFeature<IHttpRequestFeature>().Body.CopyToAsync(Stream.Null, context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted);
            }
            finally
            {
                over.SetResult();
            }
        });
        var client = await RawHttp2Client.OpenAsync(server.Port);
        await client.SendAsync(Request.Open(1, ServerUnderTest.OrdinaryPath));
        await client.ReadUntilAsync(() => client.AnswerTo(1).IsOver);
        await client.DisposeAsync();
        await over.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_application_that_streams_waits_for_a_caller_who_does_not_read()
    {
        long written = 0;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var writer = Response(context).Writer;
            for (var i = 0; i < 1024; i++)
            {
                writer.Write(new byte[64 * 1024]);
                if ((await writer.FlushAsync()).IsCompleted) return;
                Interlocked.Add(ref written, 64 * 1024);
            }
        });
        await using var client = await RawHttp2Client.ConnectAsync(server.Port, receiveBuffer: 1 << 12);
        await client.SendAsync([.. RawFrames.Preface, .. RawFrames.Settings((SettingId.InitialWindowSize, int.MaxValue)), .. RawFrames.WindowUpdate(0, 1 << 30)]);
        await client.SendAsync(Request.Whole(1, Request.Fields(ServerUnderTest.OrdinaryPath)));
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        Assert.True(Interlocked.Read(ref written) < 16 << 20, $"{written} bytes were taken of the application and none was read by the caller.");
    }

    [Fact]
    public async Task What_is_written_to_a_caller_who_is_gone_is_not_kept()
    {
        var unflushed = new TaskCompletionSource<long>();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var gone = new TaskCompletionSource();
            context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted.Register(gone.SetResult);
            await gone.Task;
            var writer = Response(context).Writer;
            for (var i = 0; i < 100; i++)
            {
                writer.Write(new byte[64 * 1024]);
                await writer.FlushAsync();
            }
            unflushed.SetResult(writer.UnflushedBytes);
        });
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        await client.SendAsync(Request.Open(1, ServerUnderTest.OrdinaryPath), RawFrames.ResetStream(1));
        Assert.Equal(0, await unflushed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    // Ends the whole process today.
    [Fact(Explicit = true)]
    public async Task A_callback_of_the_aborted_token_that_fails_harms_nobody()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var aborted = context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
            aborted.Register(() => throw new InvalidOperationException("no"));
            await Task.Delay(500, TestContext.Current.CancellationToken);
        });
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        await client.SendAsync(Request.Open(1, ServerUnderTest.OrdinaryPath));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        await client.SendAsync(RawFrames.ResetStream(1));
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        await client.PingAsync();
    }
}

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_callback_behind_the_answer_leaves_the_windows_whole(bool fails)
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.GetRequiredFeature<IHttpResponseFeature>().OnCompleted(_ => fails ? throw new InvalidOperationException("no") : Task.CompletedTask, this);
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

    [Fact]
    public async Task What_waits_for_the_window_goes_before_what_is_written_behind_it()
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            var writer = Response(context).Writer;
            writer.Write(new byte[100]);
            _ = writer.FlushAsync();
            writer.Write(new byte[50]);
            return Task.CompletedTask;
        });
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Whole(1, Request.Fields(ServerUnderTest.OrdinaryPath)));
        await client.ReadUntilAsync(() => client.AnswerTo(1).Status == 200);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        await client.SendAsync(RawFrames.WindowUpdate(1, 1000));
        Assert.Equal(150, (await client.ReadAnswerAsync(1)).Length);
    }

    [Fact]
    public async Task A_deadline_that_ends_the_answer_cuts_no_message_in_two()
    {
        // As Grpc.AspNetCore does: a timer completes the response while the handler's write waits for the window.
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var writer = Response(context).Writer;
            writer.Write(new byte[100]);
            var writing = writer.FlushAsync();
            await Task.Delay(50);
            await Response(context).CompleteAsync();
            await writing;
        });
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.InitialWindowSize, 40));
        await client.SendAsync(Request.Whole(1, Request.Fields(ServerUnderTest.OrdinaryPath)));
        await client.ReadUntilAsync(() => client.AnswerTo(1).Status == 200);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        await client.SendAsync(RawFrames.WindowUpdate(1, 1000));
        Assert.Equal(100, (await client.ReadAnswerAsync(1)).Length);
    }

    [Fact]
    public async Task A_flush_that_waits_for_the_window_can_be_cancelled()
    {
        var cancelled = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            using var limit = new CancellationTokenSource(200);
            Response(context).Writer.Write(new byte[100]);
            try
            {
                await Response(context).Writer.FlushAsync(limit.Token);
            }
            finally
            {
                cancelled.SetResult();
            }
        });
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Whole(1, Request.Fields(ServerUnderTest.OrdinaryPath)));
        await cancelled.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
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

    [Theory]
    [InlineData("HEAD", 200, false)]
    [InlineData("HEAD", 200, true)]
    [InlineData("HEAD", 404, false)]
    [InlineData("GET", 204, false)]
    [InlineData("GET", 204, true)]
    [InlineData("GET", 205, false)]
    [InlineData("GET", 304, true)]
    public async Task An_answer_without_content_carries_none_whatever_the_application_writes(string method, int status, bool flushes)
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var response = context.GetRequiredFeature<IHttpResponseFeature>();
            response.StatusCode = status;
            if (method == "HEAD") response.Headers.ContentLength = 100;
            Response(context).Writer.Write(new byte[60]);
            if (flushes) await Response(context).Writer.FlushAsync();
            Response(context).Writer.Write(new byte[40]);
        });
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        await client.SendAsync(Request.Whole(1, Request.Pseudo(method: method)));
        await client.ReadAnswerAsync(1);
        Assert.Equal((status, 0L, method == "HEAD" ? "100" : null), (client.AnswerTo(1).Status, client.AnswerTo(1).Length, client.AnswerTo(1).Header("content-length")));
        await client.SendAsync(Request.Whole(3, Request.Pseudo(method: "POST")));
        await client.ReadUntilAsync(() => client.AnswerTo(3).IsOver);
    }
}

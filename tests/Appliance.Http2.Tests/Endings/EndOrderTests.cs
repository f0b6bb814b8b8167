using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Appliance.Http2.Calls;
using Appliance.Http2.Requests;
using Appliance.Http2.Streams;
using Appliance.Http2.Tests.Conformance;
using Appliance.Http2.Tests.Conformance.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Http2.Tests.Endings;

public sealed class EndOrderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Kestrel's socket transport completes its side so after any error of send that is no reset: ETIMEDOUT, EHOSTUNREACH (SocketConnection.DoSend).
    private static SocketException TimedOut => new((int)SocketError.TimedOut);

    [Fact]
    public void An_error_of_the_socket_does_not_reach_whoever_flushes()
    {
        var pipe = new Pipe();
        var output = new ConnectionOutput(pipe.Writer);
        pipe.Reader.Complete(TimedOut);
        output.PingAck(new byte[8]);
        var thrown = Record.Exception(output.Flush);
        Assert.True(thrown is null && !output.IsFlushing, $"Flush threw {thrown?.GetType().Name} on its caller's thread; the flush is over: {!output.IsFlushing}.");
    }

    [Fact]
    public async Task An_error_of_the_socket_ends_a_flush_that_waits()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 16, resumeWriterThreshold: 8));
        var output = new ConnectionOutput(pipe.Writer);
        output.PingAck(new byte[8]);
        output.Flush();
        Assert.True(output.IsFlushing);
        pipe.Reader.Complete(TimedOut);
        await output.CloseAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_io_error_ends_a_flush_that_has_more_to_send()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 16, resumeWriterThreshold: 8));
        var output = new ConnectionOutput(pipe.Writer);
        lock (output.Gate)
        {
            output.Reserve(200_000);
            output.Commit(200_000);
        }
        output.Flush();
        pipe.Reader.Complete(new IOException("broken"));
        await output.CloseAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_is_written_behind_the_end_does_not_keep_the_answer_open()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var response = context.GetRequiredFeature<IHttpResponseBodyFeature>();
            response.Writer.Write(new byte[100]);
            _ = response.Writer.FlushAsync();
            await response.CompleteAsync();
            response.Writer.Write(new byte[50]);
            _ = response.Writer.FlushAsync();
        });
        await using var client = await RawHttp2Client.OpenAsync(server.Port, (SettingId.InitialWindowSize, 0));
        await client.SendAsync(Request.Whole(1, Request.Fields(ServerUnderTest.OrdinaryPath)));
        await client.ReadUntilAsync(() => client.AnswerTo(1).Status == 200);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        await client.SendAsync(RawFrames.WindowUpdate(1, 1000));
        await client.ReadAnswerAsync(1);
    }

    [Fact]
    public async Task Memory_that_a_handler_writes_to_is_not_given_back_when_a_deadline_ends_its_answer()
    {
        var pool = new WatchedPool();
        var isGone = new TaskCompletionSource<bool>();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            var response = context.GetRequiredFeature<IHttpResponseBodyFeature>();
            response.Writer.Write(new byte[10]);
            // The handler serializes into this while Grpc.AspNetCore's timer completes the response.
            var memory = response.Writer.GetMemory(100);
            MemoryMarshal.TryGetArray<byte>(memory, out var segment);
            await Task.Run(response.CompleteAsync);
            isGone.SetResult(pool.WasReturned(segment.Array!));
        }, new PooledService(pool));
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        await client.SendAsync(Request.Whole(1, Request.Fields(ServerUnderTest.OrdinaryPath)));
        Assert.False(await isGone.Task.WaitAsync(Patience, TestContext.Current.CancellationToken), "The block went back to the pool under its writer's hands.");
    }

    [Fact]
    public async Task Connections_of_one_unfinished_body_each_are_bounded_together()
    {
        var limits = new ConnectionLimits { MaxUnfinishedBytesInAll = 256 * 1024 };
        await using var server = await ScriptedServer.StartAsync(_ => Task.CompletedTask, new EchoService(), limits);
        var clients = new List<RawHttp2Client>();
        for (var i = 0; i < 20; i++)
        {
            var client = await RawHttp2Client.OpenAsync(server.Port);
            clients.Add(client);
            await client.SendAsync(RawFrames.Together([Request.Open(1, ServerUnderTest.UnaryPath), .. Enumerable.Repeat(RawFrames.Data(1, new byte[16_000]), 16)]));
            await client.PingAsync();
        }
        var held = clients.Count(c => !c.AnswerTo(1).IsOver) * 16 * 16_000;
        foreach (var client in clients) await client.DisposeAsync();
        Assert.True(held <= 3 * 256 * 1024, $"{held} bytes are held, {limits.MaxUnfinishedBytesInAll} are allowed.");
    }

    [Fact]
    public async Task A_goaway_never_names_a_later_stream_than_the_one_before_it()
    {
        var service = new HandService();
        Pipe toServer = new(), toClient = new(new PipeOptions(pauseWriterThreshold: 0));
        var connection = new Http2Connection(new Both(toServer.Reader, toClient.Writer), service, new None(), new ConnectionLimits(), new UnfinishedBodies());
        var running = Task.Run(connection.RunAsync, TestContext.Current.CancellationToken);
        await toServer.Writer.WriteAsync(RawFrames.Together(RawFrames.Preface.ToArray(), RawFrames.Settings(), Request.Call(1, Request.Message(30), ServerUnderTest.UnaryPath)), TestContext.Current.CancellationToken);
        var call = service.Next();
        connection.Drain();
        for (var i = 0; i < 4; i++)
        {
            connection.OnSecond();
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        await toServer.Writer.WriteAsync(Request.Call(3, Request.Message(30), ServerUnderTest.UnaryPath), TestContext.Current.CancellationToken);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        call.Reply();
        await running.WaitAsync(Patience, TestContext.Current.CancellationToken);
        toClient.Writer.Complete();
        var bytes = (await toClient.Reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer.ToArray();
        var named = new List<int>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
            if (bytes[at + 3] == 7) named.Add(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 9)));
            at += 9 + length;
        }
        Assert.True(named.Zip(named.Skip(1)).All(p => p.Second <= p.First), string.Join(", ", named));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    public async Task A_caller_at_the_limit_may_open_a_stream_once_another_is_answered(int milliseconds)
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            if (milliseconds > 0) context.GetRequiredFeature<IHttpResponseFeature>().OnCompleted(_ => Task.Delay(milliseconds), context);
            return Task.CompletedTask;
        }, limits: new ConnectionLimits { MaxStreams = 1 });
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        var refused = 0;
        for (var stream = 1; stream < 400; stream += 2)
        {
            await client.SendAsync(Request.Whole(stream, Request.Fields(ServerUnderTest.OrdinaryPath)));
            await client.ReadUntilAsync(() => client.AnswerTo(stream).IsOver);
            if (client.AnswerTo(stream).Reset == ErrorCode.RefusedStream) refused++;
        }
        Assert.Equal(0, refused);
    }

    [Fact]
    public async Task The_last_word_of_a_draining_connection_is_sent_when_it_is_said()
    {
        var service = new HandService();
        Pipe toServer = new(), toClient = new(new PipeOptions(pauseWriterThreshold: 0));
        var connection = new Http2Connection(new Both(toServer.Reader, toClient.Writer), service, new None(), new ConnectionLimits(), new UnfinishedBodies());
        var running = Task.Run(connection.RunAsync, TestContext.Current.CancellationToken);
        await toServer.Writer.WriteAsync(RawFrames.Together(RawFrames.Preface.ToArray(), RawFrames.Settings(), Request.Call(1, Request.Message(30), ServerUnderTest.UnaryPath)), TestContext.Current.CancellationToken);
        var call = service.Next();
        connection.Drain();
        for (var i = 0; i < 2; i++)
        {
            connection.OnSecond();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        var before = (await toClient.Reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer;
        var goAways = Count(before.ToArray());
        toClient.Reader.AdvanceTo(before.Start, before.Start);
        call.Reply();
        await running.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(2, goAways);
    }

    [Fact]
    public async Task The_first_word_of_a_connection_is_its_settings_even_where_the_server_is_about_to_stop()
    {
        Pipe toServer = new(), toClient = new(new PipeOptions(pauseWriterThreshold: 0));
        var connection = new Http2Connection(new Both(toServer.Reader, toClient.Writer), new HandService(), new None(), new ConnectionLimits(), new UnfinishedBodies());
        var running = Task.Run(connection.RunAsync, TestContext.Current.CancellationToken);
        lock (connection.Output.Gate)
        {
            toServer.Writer.Write(RawFrames.Together(RawFrames.Preface.ToArray(), RawFrames.Settings()));
            _ = toServer.Writer.FlushAsync(TestContext.Current.CancellationToken);
            Thread.Sleep(200);
            connection.Drain();
        }
        for (var i = 0; i < 3; i++) connection.OnSecond();
        await running.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var first = (await toClient.Reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer.FirstSpan[3];
        Assert.Equal((byte)4, first);
    }

    [Fact]
    public async Task A_callback_that_fails_where_the_application_completes_its_answer_ends_the_call()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.GetRequiredFeature<IHttpResponseFeature>().OnStarting(_ => throw new InvalidOperationException("no"), context);
            try
            {
                await context.GetRequiredFeature<IHttpResponseBodyFeature>().CompleteAsync();
            }
            catch (InvalidOperationException)
            {
                // As a timer of the application's does, which has nobody to tell.
            }
        });
        await using var client = await RawHttp2Client.OpenAsync(server.Port);
        await client.SendAsync(Request.Whole(1, Request.Fields(ServerUnderTest.OrdinaryPath)));
        await client.ReadUntilAsync(() => client.AnswerTo(1).IsOver);
    }

    private static int Count(byte[] bytes)
    {
        var count = 0;
        for (var at = 0; at < bytes.Length; at += 9 + ((bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2]))
        {
            if (bytes[at + 3] == 7) count++;
        }
        return count;
    }

    private sealed record Both(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class None : IRequestDispatcher
    {
        public Http2Stream Create(RequestHead head) => throw new NotSupportedException();
    }

    private sealed class PooledService(ArrayPool<byte> pool) : UnaryService
    {
        public override ArrayPool<byte> Memory => pool;
        public override bool Serves(ReadOnlySpan<byte> path) => false;
        public override UnaryCalls Open() => new NoCalls();

        private sealed class NoCalls : UnaryCalls
        {
            public override UnaryCall Create() => throw new NotSupportedException();
            public override void ArrivedAll() { }
        }
    }

    private sealed class WatchedPool : ArrayPool<byte>
    {
        private readonly Lock _gate = new();
        private readonly List<byte[]> _returned = [];

        public bool WasReturned(byte[] array)
        {
            lock (_gate) return _returned.Any(r => ReferenceEquals(r, array));
        }

        public override byte[] Rent(int minimumLength) => new byte[minimumLength];

        public override void Return(byte[] array, bool clearArray = false)
        {
            lock (_gate) _returned.Add(array);
        }
    }
}

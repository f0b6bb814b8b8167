using System.Buffers;
using System.IO.Pipelines;
using Appliance.Host.Rest.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Appliance.Host.Tests.Rest.Transport;

/// <summary>A connection whose bytes come on a thread of the test's, as they come on a thread of the transport.</summary>
public sealed class ConnectionThreadTests
{
    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 8, resumeWriterThreshold: 4, useSynchronizationContext: false);

    private readonly Pipe _arriving = new(Inline);
    private readonly Pipe _leaving = new(Inline);
    private readonly DefaultConnectionContext _connection = new();

    public ConnectionThreadTests() => _connection.Transport = new Duplex(_arriving.Reader, _leaving.Writer);

    [Fact]
    public async Task A_short_request_goes_on_where_its_bytes_come_from()
    {
        var (reading, transport) = (ReadAsync(), 0);

        OnTransport(() => transport = Arrive());

        Assert.Equal((transport, "a"), await reading);
    }

    [Fact]
    public async Task Of_another_request_reads_and_flushes_go_on_on_the_thread_pool_until_it_is_over()
    {
        List<bool> pooled = [];
        var connected = Connect();
        var context = Context(connected);
        await ArrivalThread.Choose(async _ =>
        {
            pooled.Add(Thread.CurrentThread.IsThreadPoolThread);
            var reading = connected.Transport.Input.ReadAsync(TestContext.Current.CancellationToken);
            OnTransport(() => Arrive());
            connected.Transport.Input.AdvanceTo((await reading).Buffer.End);
            pooled.Add(Thread.CurrentThread.IsThreadPoolThread);
            var writing = connected.Transport.Output.WriteAsync(new byte[8], TestContext.Current.CancellationToken);
            OnTransport(() =>
            {
                Assert.True(_leaving.Reader.TryRead(out var left));
                _leaving.Reader.AdvanceTo(left.Buffer.End);
            });
            await writing;
            pooled.Add(Thread.CurrentThread.IsThreadPoolThread);
        })(context);
        Assert.Equal([true, true, true], pooled);

        // The next one's bytes.
        var (next, transport) = (ReadAsync(connected), 0);
        OnTransport(() => transport = Arrive());
        Assert.Equal((transport, "a"), await next);
    }

    [Fact]
    public async Task What_a_request_throws_is_thrown_on_and_the_next_one_runs_where_it_arrives()
    {
        var connected = Connect();

        await Assert.ThrowsAsync<InvalidDataException>(() => ArrivalThread.Choose(_ => throw new InvalidDataException())(Context(connected)));

        var (next, transport) = (ReadAsync(connected), 0);
        OnTransport(() => transport = Arrive());
        Assert.Equal((transport, "a"), await next);
    }

    private static HttpContext Context(ConnectionContext connected)
    {
        var context = new DefaultHttpContext();
        context.Features.Set(connected.Features.Get<ConnectionThread>());
        return context;
    }

    private ConnectionContext Connect()
    {
        ConnectionContext? connected = null;
        ConnectionThread.On(connection =>
        {
            connected = connection;
            return Task.CompletedTask;
        })(_connection);
        return connected!;
    }

    private Task<(int Thread, string Text)> ReadAsync() => ReadAsync(Connect());

    // Which thread goes on, and with what.
    private static Task<(int Thread, string Text)> ReadAsync(ConnectionContext connected)
    {
        var reading = connected.Transport.Input.ReadAsync(TestContext.Current.CancellationToken).ConfigureAwait(false).GetAwaiter();
        var ended = new TaskCompletionSource<(int, string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        reading.UnsafeOnCompleted(() => ended.SetResult((Environment.CurrentManagedThreadId, System.Text.Encoding.ASCII.GetString(reading.GetResult().Buffer.ToArray()))));
        return ended.Task;
    }

    private int Arrive()
    {
        _arriving.Writer.Write("a"u8);
        Assert.True(_arriving.Writer.FlushAsync().IsCompletedSuccessfully);
        return Environment.CurrentManagedThreadId;
    }

    private static void OnTransport(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;
        public PipeWriter Output { get; } = output;
    }
}

using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Http2.Tests.Sockets;

/// <summary>Serves connections as echoes, but for one, whose reader keeps its loop's thread from the first byte on until the test lets it go.</summary>
internal sealed class LoopHold : IDisposable
{
    private readonly ManualResetEventSlim _over = new();
    private readonly SemaphoreSlim _reads = new(0);
    // Of each byte, whether the loop's thread has it.
    private readonly Channel<bool> _held = Channel.CreateUnbounded<bool>();
    private int _holds;

    /// <summary>Connects once more and comes back when the loop of that connection does nothing else.</summary>
    public async Task<Socket> BeginAsync(LoopServer server)
    {
        await server.AllServedAsync();
        Volatile.Write(ref _holds, 1);
        var peer = await server.ConnectAsync();
        do
        {
            Assert.True(await _reads.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken));
            await peer.SendAllAsync(new byte[1]);
        }
        while (!await _held.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken));
        return peer;
    }

    public void End() => _over.Set();

    public Task ServeAsync(ConnectionContext connection) => IsHeld() ? HoldAsync(connection) : LoopServer.EchoAsync(connection);

    /// <summary>Whether the connection that is served now is the one.</summary>
    public bool IsHeld() => Interlocked.Exchange(ref _holds, 0) == 1;

    public async Task HoldAsync(ConnectionContext connection)
    {
        // A byte that comes before it is waited for is read by the thread that began, which is not the loop's.
        for (var isHeld = false; !isHeld;)
        {
            var reading = connection.Transport.Input.ReadAsync();
            _reads.Release();
            var read = await reading;
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
            isHeld = Thread.CurrentThread.Name?.StartsWith("sockets-", StringComparison.Ordinal) == true;
            _held.Writer.TryWrite(isHeld);
        }
        _over.Wait(LoopServer.Patience);
    }

    public void Dispose()
    {
        _over.Dispose();
        _reads.Dispose();
    }
}

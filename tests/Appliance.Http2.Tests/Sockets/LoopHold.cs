using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Http2.Tests.Sockets;

/// <summary>Serves connections as echoes, but for one, whose reader keeps its loop's thread from the first byte on until the test lets it go.</summary>
internal sealed class LoopHold : IDisposable
{
    private readonly ManualResetEventSlim _over = new();
    private readonly TaskCompletionSource _reads = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string?> _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _holds;

    /// <summary>Connects once more and comes back when the loop of that connection does nothing else.</summary>
    public async Task<Socket> BeginAsync(LoopServer server)
    {
        await server.AllServedAsync();
        Volatile.Write(ref _holds, 1);
        var peer = await server.ConnectAsync();
        await _reads.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
        await peer.SendAllAsync(new byte[1]);
        Assert.StartsWith("sockets-", await _held.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken));
        return peer;
    }

    public void End() => _over.Set();

    public Task ServeAsync(ConnectionContext connection) => IsHeld() ? HoldAsync(connection) : LoopServer.EchoAsync(connection);

    /// <summary>Whether the connection that is served now is the one.</summary>
    public bool IsHeld() => Interlocked.Exchange(ref _holds, 0) == 1;

    public async Task HoldAsync(ConnectionContext connection)
    {
        var reading = connection.Transport.Input.ReadAsync();
        _reads.SetResult();
        var read = await reading;
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        _held.SetResult(Thread.CurrentThread.Name);
        _over.Wait(LoopServer.Patience);
    }

    public void Dispose() => _over.Dispose();
}

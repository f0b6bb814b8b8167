using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Appliance.Http2.Sockets;
using Microsoft.AspNetCore.Connections;
using TestKit;

namespace Appliance.Http2.Tests.Sockets;

/// <summary>A port of socket loops whose connections the test's own code serves, one after the other accepted and each disposed of when it is through.</summary>
internal sealed class LoopServer : IAsyncDisposable
{
    // Only a broken test waits this long: it then fails instead of hanging.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Little, so that what a test does not read is seen by who sends it.
    private const int KernelBytes = 64 * 1024;

    private readonly ConcurrentQueue<Task> _serving = new();
    private readonly SocketListener _listener;
    private readonly Task _accepting;
    private int _connected, _chosen;
    private bool _isStopped;

    /// <param name="choose">Which loop a connection goes to; null as the group does.</param>
    /// <param name="cores">The cores that connections come in on, in their order; null for unknown ones.</param>
    /// <param name="blocks">What bytes are read into; null as the appliance has it.</param>
    /// <param name="awake">What is told of the loops' turns; null for nothing.</param>
    public LoopServer(Func<ConnectionContext, Task> serve, int most = 2, Func<LoopGroup, SocketLoop>? choose = null, MemoryPool<byte>? blocks = null, int[]? cores = null, AwakeCores? awake = null)
    {
        Memory = new CountedBlocks(blocks ?? new TransportBlocks());
        Group = new LoopGroup(most, Log, awake: awake);
        _listener = new SocketListener(Listen(), Memory, _ => choose?.Invoke(Group) ?? Group.Choose(cores?[_chosen++] ?? IncomingCore.Unknown), Log);
        _accepting = AcceptAsync(serve);
    }

    public RecordingLogger<SocketLoopTransport> Log { get; } = new();
    public LoopGroup Group { get; }
    public CountedBlocks Memory { get; }
    public ConcurrentQueue<SocketConnection> Connections { get; } = new();

    /// <summary>Connections that the loops have.</summary>
    public int Watched => Group.Loops.Sum(l => l.Count);

    public static async Task EchoAsync(ConnectionContext connection)
    {
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync();
            foreach (var piece in read.Buffer) connection.Transport.Output.Write(piece.Span);
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            var flushed = await connection.Transport.Output.FlushAsync();
            if (read.IsCompleted || flushed.IsCompleted) return;
        }
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = KernelBytes, ReceiveBufferSize = KernelBytes };
        await socket.ConnectAsync(_listener.EndPoint, TestContext.Current.CancellationToken);
        Interlocked.Increment(ref _connected);
        return socket;
    }

    /// <summary>Waits until all that have connected are served, as far as that goes without their bytes.</summary>
    public Task AllServedAsync() => UntilAsync(() => _serving.Count == Volatile.Read(ref _connected));

    /// <summary>Accepts nobody any more, and waits for those that were.</summary>
    public async Task StopAsync()
    {
        await _listener.UnbindAsync();
        await _accepting.WaitAsync(Patience);
        await Task.WhenAll(_serving).WaitAsync(Patience);
        Assert.Equal(0, Watched);
        Assert.All(Group.Loops, l => Assert.Equal(0, l.Assigned));
        Assert.All(Connections, c => Assert.True(c.Handle.IsClosed));
        Assert.Equal(0, Memory.Out);
        _isStopped = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped) await StopAsync();
        Group.Dispose();
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        for (var waited = 0; !condition(); waited++)
        {
            Assert.True(waited < 3000, "it does not come to that");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = KernelBytes, ReceiveBufferSize = KernelBytes };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(512);
        return socket;
    }

    private async Task AcceptAsync(Func<ConnectionContext, Task> serve)
    {
        while (await _listener.AcceptAsync() is SocketConnection connection)
        {
            Connections.Enqueue(connection);
            _serving.Enqueue(ServeAsync(serve, connection));
        }
    }

    private static async Task ServeAsync(Func<ConnectionContext, Task> serve, SocketConnection connection)
    {
        try
        {
            await serve(connection);
        }
        catch (ConnectionResetException)
        {
        }
        catch (ConnectionAbortedException)
        {
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }
}

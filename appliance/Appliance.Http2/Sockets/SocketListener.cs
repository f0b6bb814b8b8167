using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Http2.Sockets;

/// <summary>A port whose connections are read by <see cref="SocketLoop"/>s. One caller accepts; any may end it.</summary>
internal sealed class SocketListener(Socket socket, MemoryPool<byte> memory, Func<SocketLoop> choose) : IConnectionListener
{
    // How long nobody is accepted when the system has no descriptors or memory left. 100 ms: some are given back meanwhile, and no core is taken.
    private static readonly TimeSpan NoneLeft = TimeSpan.FromMilliseconds(100);

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                return Start(await socket.AcceptAsync(cancellationToken));
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                await Task.Delay(NoneLeft, cancellationToken);
            }
            catch (SocketException)
            {
                // The caller has gone before it was accepted.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private SocketConnection Start(Socket accepted)
    {
        try
        {
            accepted.NoDelay = true;
            var connection = new SocketConnection(accepted, memory, choose(), TimeProvider.System);
            connection.Start();
            return connection;
        }
        catch
        {
            accepted.Dispose();
            throw;
        }
    }
}

using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Http2.Sockets;

/// <summary>A port whose connections are read by <see cref="SocketLoop"/>s. One caller accepts; any may end it.</summary>
internal sealed class SocketListener(Socket socket, MemoryPool<byte> memory, Func<SocketLoop> choose) : IConnectionListener
{
    // How long nobody is accepted when the process has no descriptors left. 100 ms: some are given back meanwhile, and no core is taken.
    private static readonly TimeSpan NoDescriptors = TimeSpan.FromMilliseconds(100);

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var accepted = await socket.AcceptAsync(cancellationToken);
                accepted.NoDelay = true;
                var connection = new SocketConnection(accepted, memory, choose());
                connection.Start();
                return connection;
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.TooManyOpenSockets)
            {
                await Task.Delay(NoDescriptors, cancellationToken);
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
}

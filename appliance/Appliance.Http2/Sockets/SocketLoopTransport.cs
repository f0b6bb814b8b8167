using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Appliance.Http2.Sockets;

/// <summary>TCP for Kestrel in which the thread that the system wakes for a connection's bytes does what they ask for. Linux alone. Thread-safe.</summary>
public sealed class SocketLoopTransport : IConnectionListenerFactory, IDisposable
{
    // Connections that wait to be accepted. 512: as Kestrel's transport.
    private const int Backlog = 512;

    private readonly TransportBlocks _memory;
    private readonly LoopGroup _loops;

    public SocketLoopTransport(TransportBlocks memory, ILogger<SocketLoopTransport> logger)
    {
        _memory = memory;
        _loops = new LoopGroup(Environment.ProcessorCount, logger);
    }

    /// <exception cref="AddressInUseException">Somebody else has the port.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        return ValueTask.FromResult<IConnectionListener>(new SocketListener(Listen(endpoint), _memory, _loops.Choose));
    }

    public void Dispose() => _loops.Dispose();

    private static Socket Listen(EndPoint endpoint)
    {
        Socket? socket = null;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            // What Kestrel knows it by.
            if (e.SocketErrorCode == SocketError.AddressAlreadyInUse) throw new AddressInUseException(e.Message, e);
            throw;
        }
    }
}

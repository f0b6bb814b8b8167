using System.Net;
using System.Net.Sockets;

namespace Compare.Servers;

/// <summary>Loopback ports that were free a moment ago.</summary>
internal sealed record ServerPorts(int Http, int Grpc, int Metrics)
{
    public static ServerPorts Pick()
    {
        var sockets = Enumerable.Range(0, 3).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            sockets.ForEach(socket => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)));
            var ports = sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port).ToList();
            return new(ports[0], ports[1], ports[2]);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }
}

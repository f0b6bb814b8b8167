using System.Net;
using System.Net.Sockets;

namespace Compare.Servers;

/// <summary>Loopback ports that were free a moment ago.</summary>
internal sealed record ServerPorts(int Http, int Grpc, int Metrics)
{
    /// <summary>Where the system's own choice, from 32768 on, is too high for a program that takes ports as signed numbers of 16 bits.</summary>
    private static readonly (int From, int To) Low = (20_000, short.MaxValue + 1);

    /// <summary>Ports below 32768.</summary>
    public static ServerPorts PickLow() => new(PickLowOne(), PickLowOne(), PickLowOne());

    private static int PickLowOne()
    {
        while (true)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            var port = Random.Shared.Next(Low.From, Low.To);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody's; another one.
            }
        }
    }

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

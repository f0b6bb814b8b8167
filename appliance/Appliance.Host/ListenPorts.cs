using System.Net;
using System.Net.Sockets;

namespace Appliance.Host;

/// <summary>Whether the ports can be opened, asked before anything is loaded or written: what else was started by then would end in errors of its own.</summary>
internal static class ListenPorts
{
    /// <summary>A sentence for each port that cannot be opened; none where all can.</summary>
    public static IReadOnlyList<string> Check(TransportOptions transport)
    {
        var errors = new List<string>();
        // All are held until the last was opened, so that two settings of one port are told as well.
        var held = new List<Socket>();
        if (transport.AllowHttp) Try("Transport:HttpPort", transport.HttpAddress, transport.HttpPort, held, errors);
        if (transport.AllowGrpc) Try("Transport:GrpcPort", transport.GrpcAddress, transport.GrpcPort, held, errors);
        if (transport.AllowMetrics) Try("Transport:MetricsPort", transport.MetricsAddress, transport.MetricsPort, held, errors);
        foreach (var socket in held) socket.Dispose();
        return errors;
    }

    private static void Try(string setting, string address, int port, List<Socket> held, List<string> errors)
    {
        var ip = IPAddress.Parse(address);
        try
        {
            var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            held.Add(socket);
            // As the server opens it: an IPv6 address for all takes IPv4's callers, too.
            if (ip.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(new IPEndPoint(ip, port));
            socket.Listen();
        }
        catch (SocketException e)
        {
            errors.Add($"{setting} is {port} on {address}; it must be a port that can be opened there, and the system says: {e.Message}");
        }
    }
}

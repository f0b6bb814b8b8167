using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Tests.Processes;

/// <summary>Loopback ports that nobody listens on. Another process may take one before it is used: the caller then asks for others.</summary>
internal static class FreePorts
{
    public static int[] Take(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            foreach (var listener in listeners) listener.Start();
            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }
}

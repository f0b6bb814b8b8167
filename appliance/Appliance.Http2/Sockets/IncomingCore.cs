using System.Net.Sockets;

namespace Appliance.Http2.Sockets;

/// <summary>The core on which a connection's last packet was taken in: a caller's own on the same machine, that of a queue of the network card otherwise. socket(7), SO_INCOMING_CPU.</summary>
internal static class IncomingCore
{
    public const int Unknown = -1;

    private const int SolSocket = 1, SoIncomingCpu = 49;

    public static int Of(Socket socket)
    {
        Span<byte> core = stackalloc byte[sizeof(int)];
        try
        {
            return socket.GetRawSocketOption(SolSocket, SoIncomingCpu, core) == sizeof(int) ? Math.Max(Unknown, BitConverter.ToInt32(core)) : Unknown;
        }
        catch (SocketException)
        {
            return Unknown;
        }
    }
}

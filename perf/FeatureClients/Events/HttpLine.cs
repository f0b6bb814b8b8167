using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FeatureClients.Events;

/// <summary>One HTTP/1.1 connection on which requests follow each other, with nothing between them and the socket. Used by one thread.</summary>
internal sealed class HttpLine : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[64 * 1024];

    public HttpLine(int port) => _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Sends a request and returns status and body of its answer.</summary>
    public (int Status, string Body) Send(string head, ReadOnlyMemory<byte> body)
    {
        IList<ArraySegment<byte>> parts = [Encoding.ASCII.GetBytes(head), .. body.IsEmpty ? [] : new[] { Segment(body) }];
        _socket.Send(parts);
        var used = 0;
        while (true)
        {
            var read = _socket.Receive(_answer.AsSpan(used));
            if (read == 0) throw new IOException("the appliance closed the connection");
            used += read;
            if (TryParse(_answer.AsSpan(0, used), out var status, out var text)) return (status, text);
        }
    }

    /// <summary>Reads an answer once it is there whole: status and body. Answers state their length; these calls have no others.</summary>
    public static bool TryParse(ReadOnlySpan<byte> answer, out int status, out string body)
    {
        (status, body) = (0, "");
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = Encoding.ASCII.GetString(answer[..end]);
        var field = head.IndexOf("\r\nContent-Length:", StringComparison.OrdinalIgnoreCase);
        if (field < 0) throw new FormatException($"an answer has no Content-Length: {head}");
        var value = head.AsSpan(field + "\r\nContent-Length:".Length);
        var stop = value.IndexOf('\r');
        var length = int.Parse(stop < 0 ? value : value[..stop], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        if (answer.Length < end + 4 + length) return false;
        status = int.Parse(head.AsSpan("HTTP/1.1 ".Length, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        body = Encoding.UTF8.GetString(answer.Slice(end + 4, length));
        return true;
    }

    public void Dispose() => _socket.Dispose();

    private static ArraySegment<byte> Segment(ReadOnlyMemory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var segment) ? segment : memory.ToArray();
}

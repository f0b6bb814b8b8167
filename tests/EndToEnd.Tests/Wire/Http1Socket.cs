using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EndToEnd.Tests.Wire;

/// <summary>An HTTP/1.1 connection written byte by byte, so that it can break every rule.</summary>
internal sealed class Http1Socket : IDisposable
{
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private Http1Socket()
    {
    }

    public static async Task<Http1Socket> ConnectAsync(int port)
    {
        var connection = new Http1Socket();
        await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        return connection;
    }

    /// <summary>The head of a POST, each further header on a line of its own.</summary>
    public static byte[] Head(string path, params string[] headers) =>
        Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        for (var rest = bytes; !rest.IsEmpty;) rest = rest[await _socket.SendAsync(rest)..];
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends until all is sent or the server has closed the connection.</summary>
    public async Task SendAsFarAsTakenAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAsync(bytes);
        }
        catch (SocketException)
        {
            // The answer says why.
        }
    }

    /// <summary>Says that nothing more will be sent; answers can still come.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Everything until the server closes the connection; fails the test when it does not.</summary>
    public Task<string> ReadToEndAsync() => ReadToEndAsync(ReadLimit);

    /// <summary>The same where the server may take that long.</summary>
    public async Task<string> ReadToEndAsync(TimeSpan most)
    {
        using var limit = new CancellationTokenSource(most);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, limit.Token) is > 0 and var read) text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // Reset by the server once it had answered: what came before counts.
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the server did not end the connection within {most.TotalSeconds:F0} s; it sent:\n{text}");
        }
        return text.ToString();
    }

    /// <summary>Ends the connection as a crash would: with a reset instead of an end.</summary>
    public void Abort()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}

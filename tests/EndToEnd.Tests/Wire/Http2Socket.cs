using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EndToEnd.Tests.Wire;

/// <summary>An HTTP/2 connection written byte by byte, so that it can break every rule.</summary>
internal sealed class Http2Socket : IDisposable
{
    public const byte Data = 0, Headers = 1, Priority = 2, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 0x1, EndHeaders = 0x4;

    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>What a read ended with.</summary>
    /// <param name="Type">The frame's type; null once the server has closed the connection.</param>
    internal readonly record struct Frame(byte? Type, int Stream, byte[] Payload);

    private Http2Socket()
    {
    }

    /// <summary>A connection on which nothing was sent yet.</summary>
    public static async Task<Http2Socket> ConnectAsync(int port)
    {
        var connection = new Http2Socket();
        await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        return connection;
    }

    /// <summary>A connection past the preface and the first settings.</summary>
    public static async Task<Http2Socket> OpenAsync(int port)
    {
        var connection = await ConnectAsync(port);
        await connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await connection.SendFrameAsync(Settings, 0, 0, ReadOnlyMemory<byte>.Empty);
        return connection;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        for (var rest = bytes; !rest.IsEmpty;) rest = rest[await _socket.SendAsync(rest)..];
    }

    public Task SendFrameAsync(byte type, byte flags, int stream, ReadOnlyMemory<byte> payload, int? statedLength = null) =>
        SendAsync(Encode(type, flags, stream, payload, statedLength));

    /// <summary>Opens a gRPC call: the headers alone, the body is to follow.</summary>
    public Task SendCallAsync(int stream, string path, params (string Name, string Value)[] more) =>
        SendFrameAsync(Headers, EndHeaders, stream, HeaderBlock(
            [(":method", "POST"), (":scheme", "http"), (":authority", "localhost"), (":path", path), ("content-type", "application/grpc"), ("te", "trailers"), .. more]));

    public static byte[] Encode(byte type, byte flags, int stream, ReadOnlyMemory<byte> payload, int? statedLength = null)
    {
        var frame = new byte[9 + payload.Length];
        var length = statedLength ?? payload.Length;
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsMemory(9));
        return frame;
    }

    /// <summary>Headers as literals that enter no table, without Huffman coding.</summary>
    public static byte[] HeaderBlock(IEnumerable<(string Name, string Value)> headers)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            WriteText(block, name);
            WriteText(block, value);
        }
        return block.ToArray();
    }

    /// <summary>The next frame, or the end of the connection; fails the test when neither comes.</summary>
    public async Task<Frame> ReadFrameAsync()
    {
        using var limit = new CancellationTokenSource(ReadLimit);
        try
        {
            var head = new byte[9];
            if (!await TryFillAsync(head, limit.Token)) return new Frame(null, 0, []);
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            return await TryFillAsync(payload, limit.Token)
                ? new Frame(head[3], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload)
                : new Frame(null, 0, []);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"neither a frame nor the end came within {ReadLimit.TotalSeconds:F0} s");
        }
    }

    /// <summary>Comes back once the server has read everything that was sent: it answers a ping behind it.</summary>
    public async Task AllIsReadAsync()
    {
        var mark = "are here"u8.ToArray();
        await SendFrameAsync(Ping, 0, 0, mark);
        while (await ReadFrameAsync() is { Type: var type } frame)
        {
            Assert.True(type is not null and not GoAway, "the server has ended the connection");
            if (type == Ping && frame.Payload.AsSpan().SequenceEqual(mark)) return;
        }
    }

    /// <summary>Reads until the server closes the connection; returns the error code of its GOAWAY, or null where it sent none.</summary>
    public async Task<uint?> ReadToEndAsync()
    {
        uint? code = null;
        while (await ReadFrameAsync() is { Type: { } type } frame)
        {
            if (type == GoAway) code = BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.AsSpan(4));
        }
        return code;
    }

    /// <summary>Ends the connection as a crash would: with a reset instead of an end.</summary>
    public void Abort()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private static void WriteText(MemoryStream block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length < 127)
        {
            block.WriteByte((byte)bytes.Length);
        }
        else
        {
            block.WriteByte(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest >>= 7) block.WriteByte((byte)((rest & 127) | 128));
            block.WriteByte((byte)rest);
        }
        block.Write(bytes);
    }

    private async Task<bool> TryFillAsync(byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            for (var got = 0; got < buffer.Length;)
            {
                var read = await _socket.ReceiveAsync(buffer.AsMemory(got), cancellation);
                if (read == 0) return false;
                got += read;
            }
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

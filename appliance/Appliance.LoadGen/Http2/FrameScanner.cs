using System.Net.Sockets;

namespace Appliance.LoadGen.Http2;

/// <summary>Cuts what a socket delivers into frames, in one buffer. Not thread-safe.</summary>
internal sealed class FrameScanner(Socket socket)
{
    private readonly byte[] _buffer = new byte[4 * (FrameHeader.Size + Http2Limits.MaxFrame)];
    private int _start;
    private int _end;

    /// <summary>Whether the next frame is here in whole already.</summary>
    public bool HasMore => _end - _start >= FrameHeader.Size && _end - _start >= FrameHeader.Size + FrameHeader.Read(_buffer.AsSpan(_start)).Length;

    /// <summary>Blocks until a whole frame is there.</summary>
    public Frame Next()
    {
        while (!HasMore)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end >= FrameHeader.Size && FrameHeader.Read(_buffer).Length > Http2Limits.MaxFrame)
            {
                throw new IOException($"The server sent a frame of {FrameHeader.Read(_buffer).Length} bytes; {Http2Limits.MaxFrame} is the most.");
            }
            var got = socket.Receive(_buffer.AsSpan(_end));
            if (got == 0)
            {
                throw new IOException("The server closed the connection.");
            }
            _end += got;
        }
        var header = FrameHeader.Read(_buffer.AsSpan(_start));
        var payload = _buffer.AsSpan(_start + FrameHeader.Size, header.Length);
        _start += FrameHeader.Size + header.Length;
        return new Frame(header, payload);
    }
}

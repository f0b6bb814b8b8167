namespace Appliance.LoadGen.Http2;

/// <summary>Frames on their way to the socket, in two buffers: one fills while the other is sent. Under its connection's lock but for the sending.</summary>
internal sealed class FrameOutput
{
    private byte[] _filling = new byte[64 * 1024];
    private byte[] _sending = new byte[64 * 1024];
    private int _length;

    public bool IsEmpty => _length == 0;

    /// <summary>Room for that many bytes; <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> Room(int bytes)
    {
        if (_length + bytes > _filling.Length)
        {
            Array.Resize(ref _filling, Math.Max(2 * _filling.Length, _length + bytes));
        }
        return _filling.AsSpan(_length);
    }

    public void Advance(int bytes) => _length += bytes;

    public void Append(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var room = Room(FrameHeader.Size + payload.Length);
        header.Write(room);
        payload.CopyTo(room[FrameHeader.Size..]);
        Advance(FrameHeader.Size + payload.Length);
    }

    /// <summary>What is there, valid until the next call of this method.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var taken = _filling.AsMemory(0, _length);
        (_filling, _sending) = (_sending, _filling);
        _length = 0;
        return taken;
    }

    public void Clear() => _length = 0;
}

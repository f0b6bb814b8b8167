namespace Appliance.Http2;

/// <summary>A header block that comes in several frames. The connection's reader alone uses it.</summary>
internal sealed class HeaderAssembly
{
    /// <summary>Bytes of a block at most, as sent. 64 KiB: twice what the fields may take.</summary>
    public const int MaxBytes = 64 * 1024;

    // Frames of one block at most: the largest block in frames of half a KiB.
    private const int MaxFrames = 128;

    private byte[] _bytes = [];
    private int _length, _frames;

    /// <summary>Whether more of the block is to come: nothing else may come before it.</summary>
    public bool IsOpen { get; private set; }

    public int StreamId { get; private set; }
    public bool EndsStream { get; private set; }
    public ReadOnlySpan<byte> Block => _bytes.AsSpan(0, _length);

    public void Begin(int streamId, bool endsStream, ReadOnlySpan<byte> part)
    {
        IsOpen = true;
        StreamId = streamId;
        EndsStream = endsStream;
        _length = _frames = 0;
        TryAdd(part);
    }

    /// <summary>False: the block becomes larger than any that is taken.</summary>
    public bool TryAdd(ReadOnlySpan<byte> part)
    {
        var length = _length + part.Length;
        if (++_frames > MaxFrames || length > MaxBytes) return false;
        if (length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(length, 2 * _bytes.Length));
        part.CopyTo(_bytes.AsSpan(_length));
        _length = length;
        return true;
    }

    /// <summary>The block was used.</summary>
    public void End()
    {
        IsOpen = false;
        _bytes = [];
        _length = 0;
    }
}

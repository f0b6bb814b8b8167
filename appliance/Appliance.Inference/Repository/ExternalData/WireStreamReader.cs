using System.Text;

namespace Appliance.Inference.Repository.ExternalData;

/// <summary>
/// Reads protobuf's binary form from a seekable stream through a small buffer: what is skipped is not read, so that a model of gigabytes
/// costs only its structure. Not thread-safe; the stream stays the caller's.
/// </summary>
internal sealed class WireStreamReader
{
    /// <summary>A typical field between two large tensors is far smaller; larger buffers read more of what is skipped next.</summary>
    private const int BufferBytes = 16 << 10;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private long _bufferStart;
    private int _bufferLength;

    public WireStreamReader(Stream stream)
    {
        _stream = stream;
        Length = stream.Length;
    }

    public long Length { get; }

    public long Position { get; private set; }

    /// <summary>Reads the next field's number and form.</summary>
    public (int Field, WireType Type) ReadTag(long end)
    {
        var start = Position;
        var tag = ReadVarint(end);
        var field = tag >> 3;
        if (field is 0 or > 0x1FFFFFFF || (tag & 7) > (int)WireType.Fixed32)
        {
            throw new OnnxFormatException(start, "there is no protobuf field there");
        }
        return ((int)field, (WireType)(tag & 7));
    }

    public ulong ReadVarint(long end)
    {
        var start = Position;
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (Position >= end)
            {
                throw new OnnxFormatException(start, "the file, or the part of it there, ends within a number");
            }
            var next = ReadByte();
            if (shift < 64)
            {
                value |= (ulong)(next & 0x7F) << shift;
            }
            if (next < 0x80)
            {
                return value;
            }
        }
        throw new OnnxFormatException(start, "a number has more than ten bytes");
    }

    /// <summary>Reads a length and answers where what it measures ends.</summary>
    public long ReadEnd(long end)
    {
        var start = Position;
        var length = ReadVarint(end);
        if (length > (ulong)(end - Position))
        {
            throw new OnnxFormatException(start,
                $"a field of {length} bytes does not fit into the {end - Position} that are left; the file is cut off or damaged");
        }
        return Position + (long)length;
    }

    /// <summary>
    /// Reads text up to <paramref name="end"/>, which holds at most <paramref name="most"/> bytes; a longer one is an error.
    /// </summary>
    public string ReadText(long end, int most)
    {
        var start = Position;
        if (end - Position > most)
        {
            throw new OnnxFormatException(start, $"a text of {end - Position} bytes stands where {most} are enough");
        }
        var bytes = new byte[end - Position];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = ReadByte();
        }
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Moves to a place that is not behind the end of the file.</summary>
    public void SkipTo(long position) => Position = position;

    /// <summary>Skips the value of a field. Groups, which nothing in ONNX uses, are skipped whole.</summary>
    public void Skip(int field, WireType type, long end, int depth)
    {
        switch (type)
        {
            case WireType.Varint:
                ReadVarint(end);
                break;
            case WireType.Fixed64:
                SkipBytes(8, end);
                break;
            case WireType.Fixed32:
                SkipBytes(4, end);
                break;
            case WireType.LengthDelimited:
                SkipTo(ReadEnd(end));
                break;
            case WireType.StartGroup:
                SkipGroup(field, end, depth);
                break;
            default:
                throw new OnnxFormatException(Position, "a group ends that has not begun");
        }
    }

    private void SkipGroup(int field, long end, int depth)
    {
        if (depth >= OnnxTensorScan.MaxDepth)
        {
            throw OnnxTensorScan.TooDeep(Position);
        }
        while (true)
        {
            var (inner, type) = ReadTag(end);
            if (type == WireType.EndGroup)
            {
                if (inner == field)
                {
                    return;
                }
                throw new OnnxFormatException(Position, "a group ends that is not the one that began");
            }
            Skip(inner, type, end, depth + 1);
        }
    }

    private void SkipBytes(int count, long end)
    {
        if (count > end - Position)
        {
            throw new OnnxFormatException(Position, "the file, or the part of it there, ends within a number");
        }
        Position += count;
    }

    private byte ReadByte()
    {
        if (Position < _bufferStart || Position >= _bufferStart + _bufferLength)
        {
            _stream.Position = Position;
            _bufferStart = Position;
            _bufferLength = _stream.ReadAtLeast(_buffer, 1, throwOnEndOfStream: false);
            if (_bufferLength == 0)
            {
                throw new OnnxFormatException(Position, "the file became shorter while it was read");
            }
        }
        return _buffer[Position++ - _bufferStart];
    }
}

// Hot path: every value of every manifest that a plan reads passes here.
using System.Buffers.Binary;
using Avro;
using Avro.IO;

namespace Lake.Files.Avro;

/// <summary>Avro's binary encoding out of bytes in memory, where the library's own decoder reads a stream byte by byte. Used by one thread.</summary>
internal sealed class AvroBytesDecoder(byte[] bytes, int at = 0) : Decoder
{
    private int _at = at;

    /// <summary>Where it stands.</summary>
    public int Position => _at;

    /// <summary>Whether all was read.</summary>
    public bool IsAtEnd => _at == bytes.Length;

    /// <summary>The next bytes, as they stand.</summary>
    /// <exception cref="AvroException">There are not so many.</exception>
    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > bytes.Length - _at) throw new AvroException($"{count} bytes are asked for at {_at}, and {bytes.Length - _at} are left");
        _at += (int)count;
        return bytes.AsSpan(_at - (int)count, (int)count);
    }

    public long ReadLong()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = bytes[_at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return (long)(value >> 1) ^ -(long)(value & 1);
        }
        throw new AvroException($"a number at {_at} has more than 64 bits");
    }

    public int ReadInt() => checked((int)ReadLong());

    public bool ReadBoolean() => bytes[_at++] != 0;

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public byte[] ReadBytes() => Take(ReadLong()).ToArray();

    public string ReadString() => System.Text.Encoding.UTF8.GetString(Take(ReadLong()));

    public int ReadEnum() => ReadInt();

    public int ReadUnionIndex() => ReadInt();

    public long ReadArrayStart() => ReadBlock();

    public long ReadArrayNext() => ReadBlock();

    public long ReadMapStart() => ReadBlock();

    public long ReadMapNext() => ReadBlock();

    public void ReadFixed(byte[] buffer) => Take(buffer.Length).CopyTo(buffer);

    public void ReadFixed(byte[] buffer, int start, int length) => Take(length).CopyTo(buffer.AsSpan(start, length));

    public void ReadNull()
    {
    }

    public void SkipNull()
    {
    }

    public void SkipBoolean() => Take(1);

    public void SkipInt() => ReadLong();

    public void SkipLong() => ReadLong();

    public void SkipFloat() => Take(4);

    public void SkipDouble() => Take(8);

    public void SkipBytes() => Take(ReadLong());

    public void SkipString() => Take(ReadLong());

    public void SkipEnum() => ReadLong();

    public void SkipUnionIndex() => ReadLong();

    public void SkipFixed(int len) => Take(len);

    // A count below 0 is followed by the block's bytes, for who wants to skip it.
    private long ReadBlock()
    {
        var count = ReadLong();
        if (count >= 0) return count;
        ReadLong();
        return -count;
    }
}

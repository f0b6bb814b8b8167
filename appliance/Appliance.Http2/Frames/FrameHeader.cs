// Hot path: several per request.
using System.Buffers.Binary;

namespace Appliance.Http2.Frames;

/// <summary>The nine bytes in front of every frame: RFC 9113, 4.1.</summary>
internal readonly struct FrameHeader(int length, FrameType type, byte flags, int streamId)
{
    /// <summary>Bytes of a frame header.</summary>
    public const int Size = 9;

    /// <summary>Bytes of a frame's payload at most, as neither side of ours asks for more.</summary>
    public const int MaxPayload = 16384;

    /// <summary>Bytes of the payload.</summary>
    public int Length => length;
    public FrameType Type => type;
    public byte Flags => flags;
    public int StreamId => streamId;

    public bool Has(byte flag) => (flags & flag) != 0;

    public static FrameHeader Read(ReadOnlySpan<byte> source)
    {
        var start = BinaryPrimitives.ReadUInt32BigEndian(source);
        return new FrameHeader((int)(start >> 8), (FrameType)(byte)start, source[4], BinaryPrimitives.ReadInt32BigEndian(source[5..]) & int.MaxValue);
    }

    public static void Write(Span<byte> target, int length, FrameType type, byte flags, int streamId)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)length << 8 | (byte)type);
        target[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(target[5..], streamId);
    }
}

using System.Buffers.Binary;

namespace Appliance.Http2.Frames;

/// <summary>Writes the frames that are not part of a message. Every method returns the bytes written.</summary>
internal static class ControlFrames
{
    /// <summary>Bytes of the largest of these frames but <see cref="WriteSettings"/>.</summary>
    public const int MaxSize = FrameHeader.Size + 8;

    public static int SettingsSize(int count) => FrameHeader.Size + 6 * count;

    public static int WriteSettings(Span<byte> target, ReadOnlySpan<(SettingId Id, uint Value)> settings)
    {
        FrameHeader.Write(target, 6 * settings.Length, FrameType.Settings, FrameFlags.None, 0);
        var at = FrameHeader.Size;
        foreach (var (id, value) in settings)
        {
            BinaryPrimitives.WriteUInt16BigEndian(target[at..], (ushort)id);
            BinaryPrimitives.WriteUInt32BigEndian(target[(at + 2)..], value);
            at += 6;
        }
        return at;
    }

    public static int WriteSettingsAck(Span<byte> target)
    {
        FrameHeader.Write(target, 0, FrameType.Settings, FrameFlags.Ack, 0);
        return FrameHeader.Size;
    }

    public static int WritePing(Span<byte> target, byte flags, ReadOnlySpan<byte> payload)
    {
        FrameHeader.Write(target, payload.Length, FrameType.Ping, flags, 0);
        payload.CopyTo(target[FrameHeader.Size..]);
        return FrameHeader.Size + payload.Length;
    }

    public static int WriteWindowUpdate(Span<byte> target, int streamId, int increment) =>
        WriteWord(target, FrameType.WindowUpdate, streamId, (uint)increment);

    public static int WriteReset(Span<byte> target, int streamId, Http2ErrorCode code) =>
        WriteWord(target, FrameType.RstStream, streamId, (uint)code);

    public static int WriteGoAway(Span<byte> target, int lastStreamId, Http2ErrorCode code)
    {
        FrameHeader.Write(target, 8, FrameType.GoAway, FrameFlags.None, 0);
        BinaryPrimitives.WriteInt32BigEndian(target[FrameHeader.Size..], lastStreamId);
        BinaryPrimitives.WriteUInt32BigEndian(target[(FrameHeader.Size + 4)..], (uint)code);
        return FrameHeader.Size + 8;
    }

    private static int WriteWord(Span<byte> target, FrameType type, int streamId, uint value)
    {
        FrameHeader.Write(target, 4, type, FrameFlags.None, streamId);
        BinaryPrimitives.WriteUInt32BigEndian(target[FrameHeader.Size..], value);
        return FrameHeader.Size + 4;
    }
}

using System.Buffers.Binary;

namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>Frames as bytes, right or wrong ones: nothing is checked. Pure.</summary>
public static class RawFrames
{
    public const byte EndStream = 0x1, Ack = 0x1, EndHeaders = 0x4, Padded = 0x8, HasPriority = 0x20;
    public const int HeaderLength = 9;

    /// <summary>Length that every endpoint must take, and the largest where no other was agreed (RFC 9113, section 4.2).</summary>
    public const int SmallestMaxLength = 16_384;

    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public static byte[] Encode(FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload, int? statedLength = null)
    {
        var frame = new byte[HeaderLength + payload.Length];
        var length = statedLength ?? payload.Length;
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length, (byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    public static byte[] Data(int stream, ReadOnlySpan<byte> payload, byte flags = 0) => Encode(FrameType.Data, flags, stream, payload);

    /// <summary>A whole header block in one frame, unless other flags are given.</summary>
    public static byte[] Headers(int stream, ReadOnlySpan<byte> block, byte flags = EndHeaders) => Encode(FrameType.Headers, flags, stream, block);

    public static byte[] Continuation(int stream, ReadOnlySpan<byte> block, byte flags = EndHeaders) => Encode(FrameType.Continuation, flags, stream, block);

    /// <summary>What goes between a padded frame's header and its padding: the length of the padding, the content, the padding.</summary>
    public static byte[] Pad(ReadOnlySpan<byte> content, byte padding) => [padding, .. content, .. new byte[padding]];

    /// <summary>The five bytes that state a priority, in PRIORITY and in HEADERS that carry one. A weight of 0 is one of 1 (RFC 7540, section 6.3).</summary>
    public static byte[] PriorityFields(int dependsOn, byte weight, bool exclusive = false) => [.. Number(dependsOn | (exclusive ? int.MinValue : 0)), weight];

    public static byte[] Priority(int stream, int dependsOn, byte weight = 15, bool exclusive = false) =>
        Encode(FrameType.Priority, 0, stream, PriorityFields(dependsOn, weight, exclusive));

    public static byte[] ResetStream(int stream, ErrorCode code = ErrorCode.Cancel) => Encode(FrameType.ResetStream, 0, stream, Number((int)code));

    public static byte[] Settings(params (SettingId Id, uint Value)[] settings)
    {
        var payload = new byte[6 * settings.Length];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6 * i), (ushort)settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((6 * i) + 2), settings[i].Value);
        }
        return Encode(FrameType.Settings, 0, 0, payload);
    }

    public static byte[] SettingsAck() => Encode(FrameType.Settings, Ack, 0, []);

    public static byte[] Ping(ulong payload, byte flags = 0)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, payload);
        return Encode(FrameType.Ping, flags, 0, bytes);
    }

    public static byte[] GoAway(int lastStream, ErrorCode code) => Encode(FrameType.GoAway, 0, 0, [.. Number(lastStream), .. Number((int)code)]);

    public static byte[] WindowUpdate(int stream, int increment) => Encode(FrameType.WindowUpdate, 0, stream, Number(increment));

    /// <summary>Frames behind one another, to be sent in one piece.</summary>
    public static byte[] Together(params IEnumerable<byte[]> frames) => [.. frames.SelectMany(f => f)];

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}

using System.Buffers.Binary;

namespace Floor;

/// <summary>
/// What the floor answers with. By default the bytes that a model named mlp, version 1, with one FP32 output of shape [1,1] answers with: a gRPC frame around a ModelInferResponse.
/// As long as the real answer, so both sides of a comparison move the same number of bytes.
/// </summary>
internal static class FixedReply
{
    /// <summary>Length-prefixed, uncompressed; a client reads the score 0.5 from it.</summary>
    public static ReadOnlySpan<byte> Frame =>
    [
        0, 0, 0, 0, 34,
        0x0A, 3, (byte)'m', (byte)'l', (byte)'p',
        0x12, 1, (byte)'1',
        0x2A, 18, 0x0A, 6, (byte)'o', (byte)'u', (byte)'t', (byte)'p', (byte)'u', (byte)'t', 0x12, 4, (byte)'F', (byte)'P', (byte)'3', (byte)'2', 0x1A, 2, 1, 1,
        0x32, 4, 0, 0, 0, 0x3F,
    ];

    /// <summary>A frame of exactly so many bytes, prefix included, for the answers of other calls: one field that no message knows, which every reader skips.</summary>
    public static byte[] OfLength(int bytes)
    {
        const int prefix = 5, lengthBytes = 5;
        const byte field15OfBytes = 0x7A;
        var frame = new byte[bytes];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes - prefix);
        frame[prefix] = field15OfBytes;
        // The length as a varint of five bytes, whatever it is, so that every size can be met.
        var rest = (uint)(bytes - prefix - 1 - lengthBytes);
        for (var i = 0; i < lengthBytes; i++, rest >>= 7) frame[prefix + 1 + i] = (byte)((rest & 0x7F) | (i + 1 < lengthBytes ? 0x80u : 0));
        return frame;
    }

    /// <summary>The shortest that <see cref="OfLength"/> makes.</summary>
    public const int MinBytes = 11;
}

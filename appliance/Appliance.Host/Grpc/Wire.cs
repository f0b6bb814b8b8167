// Hot path: protobuf primitives for the encoder. Field numbers up to 15 only, so that a tag is one byte.
namespace Appliance.Host.Grpc;

/// <summary>Sizes and writes protobuf varints and length-delimited fields.</summary>
internal static class Wire
{
    public static int VarintSize(ulong value) => (System.Numerics.BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>A one-byte tag, the length and that many bytes.</summary>
    public static int LengthDelimitedSize(int length) => 1 + VarintSize((uint)length) + length;

    public static int WriteVarint(Span<byte> target, ulong value)
    {
        var at = 0;
        while (value >= 0x80)
        {
            target[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        target[at++] = (byte)value;
        return at;
    }

    public static int WriteTagAndLength(Span<byte> target, int field, int length)
    {
        target[0] = (byte)((field << 3) | 2);
        return 1 + WriteVarint(target[1..], (uint)length);
    }
}

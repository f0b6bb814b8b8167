// Hot path: every number of every row goes through here.
using System.Buffers.Binary;

namespace FeatureModel.Windows;

/// <summary>Numbers at places in a row, little-endian, at any alignment.</summary>
internal static class RowBytes
{
    public static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    public static void SetInt64(Span<byte> bytes, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes[at..], value);

    public static double Double(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadDoubleLittleEndian(bytes[at..]);

    public static void SetDouble(Span<byte> bytes, int at, double value) => BinaryPrimitives.WriteDoubleLittleEndian(bytes[at..], value);

    public static Int128 Int128(ReadOnlySpan<byte> bytes, int at) => new((ulong)Int64(bytes, at + 8), (ulong)Int64(bytes, at));

    public static void SetInt128(Span<byte> bytes, int at, Int128 value)
    {
        SetInt64(bytes, at, (long)(ulong)value);
        SetInt64(bytes, at + 8, (long)(ulong)(value >> 64));
    }
}

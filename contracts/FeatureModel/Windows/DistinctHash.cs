// Hot path: once for each distinct field of each event.
using System.Buffers.Binary;
using System.Numerics;

namespace FeatureModel.Windows;

/// <summary>
/// The 64-bit hashes that distinct counts rest on. They are part of the stored format: a change would count every value again.
/// Text is XXH64 with seed 0 of its UTF-8 bytes; numbers are mixed by MurmurHash3's finaliser.
/// </summary>
public static class DistinctHash
{
    private const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P3 = 0x165667B19E3779F9, P4 = 0x85EBCA77C2B2AE63, P5 = 0x27D4EB2F165667C5;

    public static ulong OfText(ReadOnlySpan<byte> utf8)
    {
        var rest = utf8;
        var hash = utf8.Length < 32 ? P5 : Stripes(ref rest);
        hash += (ulong)utf8.Length;
        for (; rest.Length >= 8; rest = rest[8..])
        {
            hash = BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * P1 + P4;
        }
        if (rest.Length >= 4)
        {
            hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt32LittleEndian(rest) * P1, 23) * P2 + P3;
            rest = rest[4..];
        }
        foreach (var b in rest) hash = BitOperations.RotateLeft(hash ^ b * P5, 11) * P1;
        hash = (hash ^ hash >> 33) * P2;
        hash = (hash ^ hash >> 29) * P3;
        return hash ^ hash >> 32;
    }

    public static ulong OfInteger(long value)
    {
        // The finaliser alone leaves 0 where it is, and a hash of 0 would hold the highest rank there is.
        var hash = (ulong)value + P1;
        hash = (hash ^ hash >> 33) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ hash >> 33) * 0xC4CEB9FE1A85EC53;
        return hash ^ hash >> 33;
    }

    /// <summary>0 and -0 are one value.</summary>
    public static ulong OfNumber(double value) => OfInteger(BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value));

    private static ulong Stripes(ref ReadOnlySpan<byte> rest)
    {
        ulong a = unchecked(P1 + P2), b = P2, c = 0, d = unchecked(0 - P1);
        for (; rest.Length >= 32; rest = rest[32..])
        {
            a = Round(a, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            b = Round(b, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            c = Round(c, BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]));
            d = Round(d, BinaryPrimitives.ReadUInt64LittleEndian(rest[24..]));
        }
        var hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        hash = (hash ^ Round(0, a)) * P1 + P4;
        hash = (hash ^ Round(0, b)) * P1 + P4;
        hash = (hash ^ Round(0, c)) * P1 + P4;
        return (hash ^ Round(0, d)) * P1 + P4;
    }

    private static ulong Round(ulong lane, ulong input) => BitOperations.RotateLeft(lane + input * P2, 31) * P1;
}

using System.Buffers.Binary;
using System.Numerics;

namespace Lake.Partitioning;

/// <summary>Murmur3's 32-bit x86 hash with seed 0, as the specification's appendix B wants it of bucket transforms.</summary>
internal static class Murmur3
{
    private const uint C1 = 0xcc9e2d51;
    private const uint C2 = 0x1b873593;

    public static int Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 0u;
        var at = 0;
        for (; at + 4 <= bytes.Length; at += 4)
        {
            hash ^= Scramble(BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]));
            hash = (BitOperations.RotateLeft(hash, 13) * 5) + 0xe6546b64;
        }
        var tail = 0u;
        for (var i = bytes.Length - 1; i >= at; i--) tail = (tail << 8) | bytes[i];
        if (at < bytes.Length) hash ^= Scramble(tail);
        return Finish(hash ^ (uint)bytes.Length);
    }

    public static int Hash(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Hash(bytes);
    }

    private static uint Scramble(uint block) => BitOperations.RotateLeft(block * C1, 15) * C2;

    private static int Finish(uint hash)
    {
        hash ^= hash >> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >> 13;
        hash *= 0xc2b2ae35;
        hash ^= hash >> 16;
        return unchecked((int)hash);
    }
}

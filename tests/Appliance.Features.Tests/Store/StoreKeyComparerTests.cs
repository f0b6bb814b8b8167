using System.Numerics;
using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

public sealed unsafe class StoreKeyComparerTests
{
    [Fact]
    public void The_hash_is_the_one_that_stored_indexes_were_made_with()
    {
        var bytes = new byte[64];
        new Random(7).NextBytes(bytes);
        fixed (byte* at = bytes)
        {
            for (var length = 0; length <= bytes.Length; length++) Assert.Equal(ByBytes(bytes.AsSpan(0, length)), StoreKeyComparer.Hash(at, length));
        }
    }

    [Fact]
    public void Keys_are_the_same_only_if_every_byte_is()
    {
        for (var length = 1; length <= 40; length++)
        {
            byte[] left = [.. Enumerable.Range(0, length).Select(i => (byte)i)], right = [.. left];
            Assert.True(AreSame(left, right), $"{length} bytes");
            for (var i = 0; i < length; i++)
            {
                right[i] ^= 0x80;
                Assert.False(AreSame(left, right), $"byte {i} of {length}");
                right[i] ^= 0x80;
            }
        }
    }

    private static bool AreSame(byte[] left, byte[] right)
    {
        fixed (byte* l = left, r = right) return StoreKeyComparer.IsSame(l, r, left.Length);
    }

    /// <summary>The definition, a byte at a time.</summary>
    private static long ByBytes(ReadOnlySpan<byte> key)
    {
        const ulong prime1 = 0x9E3779B97F4A7C15, prime2 = 0xD6E8FEB86659FD93;
        var hash = (ulong)key.Length * prime1;
        for (; key.Length >= 8; key = key[8..])
        {
            ulong word = 0;
            for (var i = 0; i < 8; i++) word |= (ulong)key[i] << (8 * i);
            hash = BitOperations.RotateLeft((hash ^ word) * prime1, 29);
        }
        ulong rest = 0;
        for (var i = 0; i < key.Length; i++) rest |= (ulong)key[i] << (8 * i);
        hash = (hash ^ rest) * prime1;
        hash = (hash ^ (hash >> 32)) * prime2;
        hash = (hash ^ (hash >> 32)) * prime2;
        return (long)(hash ^ (hash >> 32));
    }
}

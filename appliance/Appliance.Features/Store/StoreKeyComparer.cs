// Hot path: every read and write hashes and compares its key here.
using System.Numerics;
using System.Runtime.CompilerServices;
using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>
/// Hashes and compares keys in full. The hash is stored with the index of a checkpoint: changing it needs another format number in
/// <see cref="CheckpointFile"/>.
/// </summary>
internal sealed unsafe class StoreKeyComparer : IFasterEqualityComparer<SpanByte>
{
    private const ulong Prime1 = 0x9E3779B97F4A7C15;
    private const ulong Prime2 = 0xD6E8FEB86659FD93;

    public long GetHashCode64(ref SpanByte key) => Hash(key.ToPointer(), key.Length);

    public bool Equals(ref SpanByte left, ref SpanByte right)
    {
        var length = left.Length;
        return length == right.Length && IsSame(left.ToPointer(), right.ToPointer(), length);
    }

    /// <summary>Whether two keys of one length are the same. Nearly all are a view's number and an id: 12 bytes, for which a call costs more than the comparison.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsSame(byte* left, byte* right, int length)
    {
        if (length is < 8 or > 16) return new ReadOnlySpan<byte>(left, length).SequenceEqual(new ReadOnlySpan<byte>(right, length));
        var last = length - 8;
        return Unsafe.ReadUnaligned<ulong>(left) == Unsafe.ReadUnaligned<ulong>(right) && Unsafe.ReadUnaligned<ulong>(left + last) == Unsafe.ReadUnaligned<ulong>(right + last);
    }

    /// <summary>Eight bytes a step; the end is mixed so that all 64 bits depend on every byte (the index takes its tag from the highest).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Hash(byte* bytes, int length)
    {
        var hash = (ulong)length * Prime1;
        var end = bytes + length;
        for (; bytes + 8 <= end; bytes += 8)
        {
            hash = BitOperations.RotateLeft((hash ^ Unsafe.ReadUnaligned<ulong>(bytes)) * Prime1, 29);
        }
        ulong rest = 0;
        var shift = 0;
        if (bytes + 4 <= end)
        {
            rest = Unsafe.ReadUnaligned<uint>(bytes);
            bytes += 4;
            shift = 32;
        }
        for (; bytes < end; bytes++, shift += 8) rest |= (ulong)*bytes << shift;
        hash = (hash ^ rest) * Prime1;
        hash = (hash ^ (hash >> 32)) * Prime2;
        hash = (hash ^ (hash >> 32)) * Prime2;
        return (long)(hash ^ (hash >> 32));
    }
}

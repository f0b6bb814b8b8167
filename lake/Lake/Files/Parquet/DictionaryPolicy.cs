using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Lake.Partitioning;

namespace Lake.Files.Parquet;

/// <summary>
/// Decides whether a column gets a dictionary. One of more values than its page takes is given up in the middle of a row group: the work is lost, and the values that went into it are
/// longer than plain ones. Pure.
/// </summary>
internal static class DictionaryPolicy
{
    /// <summary>Bytes of a dictionary at most. 1 MiB: Parquet's own default.</summary>
    public const long MaxBytes = 1 << 20;

    /// <summary>Rows that are looked at: 4,096, in which random values of as many as a dictionary takes (131,072 of 8 bytes) meet again some 64 times.</summary>
    private const int MaxRows = 4096;

    /// <summary>Rows below which nothing can be said. 1,024: they tell some 100,000 values from a million.</summary>
    private const int MinRows = 1024;

    /// <summary>Whether a dictionary of all values of the column will fit, as far as its first rows tell; true where they tell nothing, and of nested columns.</summary>
    /// <param name="first">First rows of the column.</param>
    public static bool IsWorthIt(IArrowArray first)
    {
        var rows = Math.Min(first.Length, MaxRows);
        if (rows < MinRows) return true;
        return first switch
        {
            BooleanArray => true,
            BinaryArray bytes => IsWorthIt(Keys(bytes, i => Murmur3.Hash(bytes.GetBytes(i)), rows), Bytes(bytes, rows)),
            FixedSizeBinaryArray bytes => IsWorthIt(Keys(bytes, i => Murmur3.Hash(bytes.GetBytes(i)), rows), ((FixedSizeBinaryType)bytes.Data.DataType).ByteWidth),
            _ when first.Data.DataType is FixedWidthType { BitWidth: 32 } => IsWorthIt(Keys<int>(first, rows), 4),
            _ when first.Data.DataType is FixedWidthType { BitWidth: 64 } => IsWorthIt(Keys<long>(first, rows), 8),
            _ => true,
        };
    }

    // Of so many values, the share that was there before tells how many there are in all, were they drawn at random. Values in order are near their like, which only speaks for a dictionary.
    private static bool IsWorthIt((long Count, long Repeated) keys, double bytes)
    {
        if (keys.Count < MinRows) return true;
        return keys.Repeated > 0 && (double)keys.Count * keys.Count / (2 * keys.Repeated) * bytes <= MaxBytes;
    }

    private static (long Count, long Repeated) Keys<T>(IArrowArray array, int rows)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(array.Data.Buffers[1].Span).Slice(array.Data.Offset, rows);
        var seen = new HashSet<T>(rows);
        var count = 0;
        for (var i = 0; i < rows; i++)
        {
            if (array.IsNull(i)) continue;
            count++;
            seen.Add(values[i]);
        }
        return (count, count - seen.Count);
    }

    // By hash: two values of one among so few are a matter of 1 in 500.
    private static (long Count, long Repeated) Keys(IArrowArray array, Func<int, int> hash, int rows)
    {
        var seen = new HashSet<int>(rows);
        var count = 0;
        for (var i = 0; i < rows; i++)
        {
            if (array.IsNull(i)) continue;
            count++;
            seen.Add(hash(i));
        }
        return (count, count - seen.Count);
    }

    // Bytes of a value, with its length before it.
    private static double Bytes(BinaryArray array, int rows) => ((double)(array.ValueOffsets[rows] - array.ValueOffsets[0]) / rows) + 4;
}

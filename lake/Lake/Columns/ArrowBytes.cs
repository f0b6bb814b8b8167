using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Lake.Columns;

/// <summary>Bytes that Arrow rows take, by which what is held of them is bounded. Stateless.</summary>
internal static class ArrowBytes
{
    /// <summary>Bytes of a batch's buffers.</summary>
    public static long Of(RecordBatch batch) => batch.Arrays.Sum(a => Of(a.Data));

    /// <summary>Bytes of each row of some columns of one length, about.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">Their length.</param>
    public static long[] OfRows(IEnumerable<IArrowArray> columns, int rows)
    {
        var bytes = new long[rows];
        foreach (var column in columns) Add(column.Data, bytes);
        return bytes;
    }

    private static long Of(ArrayData data)
    {
        var bytes = 0L;
        foreach (var buffer in data.Buffers) bytes += buffer.Length;
        foreach (var child in data.Children ?? []) bytes += Of(child);
        return bytes;
    }

    private static void Add(ArrayData data, Span<long> bytes)
    {
        switch (data.DataType)
        {
            case StringType or BinaryType:
                AddSpans(Offsets(data), bytes, null);
                break;
            case ListType or MapType:
                var elements = new long[data.Children[0].Length];
                Add(data.Children[0], elements);
                AddSpans(Offsets(data), bytes, elements);
                break;
            case StructType:
                foreach (var child in data.Children) Add(data.Offset == 0 && child.Length == bytes.Length ? child : child.Slice(data.Offset, bytes.Length), bytes);
                break;
            case FixedWidthType type:
                var width = (type.BitWidth + 7) / 8;
                for (var row = 0; row < bytes.Length; row++) bytes[row] += width;
                break;
        }
    }

    // The offsets themselves count too, so that empty values do.
    private static void AddSpans(ReadOnlySpan<int> offsets, Span<long> bytes, long[]? elements)
    {
        for (var row = 0; row < bytes.Length; row++)
        {
            var (from, to) = (offsets[row], offsets[row + 1]);
            bytes[row] += sizeof(int);
            if (elements is null) bytes[row] += to - from;
            else for (var i = from; i < to; i++) bytes[row] += elements[i];
        }
    }

    private static ReadOnlySpan<int> Offsets(ArrayData data) => data.Length == 0 ? [0] : MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span).Slice(data.Offset, data.Length + 1);
}

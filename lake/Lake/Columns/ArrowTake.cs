// Hot path: every row that is not all of its batch passes here.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Lake.Columns;

/// <summary>Chosen rows of Arrow arrays, in the order of choice. Stateless.</summary>
public static class ArrowTake
{
    /// <summary>A batch of the rows at those places. The result has memory of its own.</summary>
    public static RecordBatch Take(RecordBatch batch, ReadOnlySpan<int> rows)
    {
        var columns = new IArrowArray[batch.ColumnCount];
        for (var i = 0; i < columns.Length; i++) columns[i] = Take(batch.Column(i), rows);
        return new RecordBatch(batch.Schema, columns, rows.Length);
    }

    /// <summary>An array of the values at those places; a place of -1 gives null.</summary>
    public static IArrowArray Take(IArrowArray array, ReadOnlySpan<int> rows) => ArrowArrayFactory.BuildArray(Take(array.Data, rows));

    private static ArrayData Take(ArrayData data, ReadOnlySpan<int> rows)
    {
        var (validity, nulls) = Validity(data, rows);
        switch (data.DataType)
        {
            case NullType:
                return new ArrayData(data.DataType, rows.Length, rows.Length, 0, []);
            case BooleanType:
                return new ArrayData(data.DataType, rows.Length, nulls, 0, [validity, Bits(data.Buffers[1].Span, data.Offset, rows)]);
            case StringType or BinaryType:
                var (offsets, bytes) = Bytes(data, rows);
                return new ArrayData(data.DataType, rows.Length, nulls, 0, [validity, offsets, bytes]);
            case StructType:
                var children = new ArrayData[data.Children.Length];
                for (var i = 0; i < children.Length; i++) children[i] = Take(Slice(data.Children[i], data.Offset, data.Length), rows);
                return new ArrayData(data.DataType, rows.Length, nulls, 0, [validity], children);
            case ListType or MapType:
                var (listOffsets, places) = Elements(data, rows);
                return new ArrayData(data.DataType, rows.Length, nulls, 0, [validity, listOffsets], [Take(data.Children[0], CollectionsMarshal.AsSpan(places))]);
            case FixedWidthType { BitWidth: var bits } when bits % 8 == 0:
                return new ArrayData(data.DataType, rows.Length, nulls, 0, [validity, Fixed(data.Buffers[1].Span, data.Offset, bits / 8, rows)]);
            default:
                throw new NotSupportedException($"rows of Arrow type {data.DataType.Name} cannot be chosen; lake tables have no such column");
        }
    }

    private static ArrayData Slice(ArrayData data, int offset, int length) => offset == 0 && length == data.Length ? data : data.Slice(offset, length);

    private static (ArrowBuffer Buffer, int Nulls) Validity(ArrayData data, ReadOnlySpan<int> rows)
    {
        var source = data.Buffers.Length > 0 && data.GetNullCount() > 0 ? data.Buffers[0].Span : default;
        var nulls = 0;
        byte[]? bits = null;
        for (var i = 0; i < rows.Length; i++)
        {
            var isNull = rows[i] < 0 || (!source.IsEmpty && !BitUtility.GetBit(source, data.Offset + rows[i]));
            if (!isNull) continue;
            if (bits is null)
            {
                bits = new byte[(rows.Length + 7) / 8];
                bits.AsSpan().Fill(0xff);
            }
            bits[i >> 3] &= (byte)~(1 << (i & 7));
            nulls++;
        }
        return (bits is null ? ArrowBuffer.Empty : new ArrowBuffer(bits), nulls);
    }

    private static ArrowBuffer Bits(ReadOnlySpan<byte> source, int offset, ReadOnlySpan<int> rows)
    {
        var bits = new byte[(rows.Length + 7) / 8];
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= 0 && BitUtility.GetBit(source, offset + rows[i])) bits[i >> 3] |= (byte)(1 << (i & 7));
        }
        return new ArrowBuffer(bits);
    }

    private static ArrowBuffer Fixed(ReadOnlySpan<byte> source, int offset, int width, ReadOnlySpan<int> rows)
    {
        var bytes = new byte[rows.Length * width];
        switch (width)
        {
            case 4:
                Gather(MemoryMarshal.Cast<byte, int>(source)[offset..], MemoryMarshal.Cast<byte, int>(bytes.AsSpan()), rows);
                break;
            case 8:
                Gather(MemoryMarshal.Cast<byte, long>(source)[offset..], MemoryMarshal.Cast<byte, long>(bytes.AsSpan()), rows);
                break;
            default:
                for (var i = 0; i < rows.Length; i++)
                {
                    if (rows[i] >= 0) source.Slice((offset + rows[i]) * width, width).CopyTo(bytes.AsSpan(i * width));
                }
                break;
        }
        return new ArrowBuffer(bytes);
    }

    private static void Gather<T>(ReadOnlySpan<T> source, Span<T> target, ReadOnlySpan<int> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= 0) target[i] = source[rows[i]];
        }
    }

    private static (ArrowBuffer Offsets, ArrowBuffer Bytes) Bytes(ArrayData data, ReadOnlySpan<int> rows)
    {
        var from = MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span)[data.Offset..];
        var source = data.Buffers[2].Span;
        var offsets = new byte[(rows.Length + 1) * 4];
        var total = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= 0) total = checked(total + from[rows[i] + 1] - from[rows[i]]);
            BinaryPrimitives.WriteInt32LittleEndian(offsets.AsSpan((i + 1) * 4), total);
        }
        var bytes = new byte[total];
        var at = 0;
        foreach (var row in rows)
        {
            if (row < 0) continue;
            var value = source[from[row]..from[row + 1]];
            value.CopyTo(bytes.AsSpan(at));
            at += value.Length;
        }
        return (new ArrowBuffer(offsets), new ArrowBuffer(bytes));
    }

    private static (ArrowBuffer Offsets, List<int> Places) Elements(ArrayData data, ReadOnlySpan<int> rows)
    {
        var from = MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span)[data.Offset..];
        var offsets = new byte[(rows.Length + 1) * 4];
        var places = new List<int>();
        for (var i = 0; i < rows.Length; i++)
        {
            for (var e = rows[i] < 0 ? 0 : from[rows[i]]; rows[i] >= 0 && e < from[rows[i] + 1]; e++) places.Add(e);
            BinaryPrimitives.WriteInt32LittleEndian(offsets.AsSpan((i + 1) * 4), places.Count);
        }
        return (new ArrowBuffer(offsets), places);
    }
}

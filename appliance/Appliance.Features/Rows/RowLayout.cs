// Hot path: values are read by offset, once per feature and row.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FeatureModel.Values;

namespace Appliance.Features.Rows;

/// <summary>
/// Where each value lies in the bytes of one version of a view's rows. Immutable; a layout never changes its meaning once rows were written by it.
/// A row is: null bits (set: no value) padded to 8 bytes; values of fixed length in their own width, the widest first; for values of varying
/// length the offset of their end, 4 bytes each; and those values one after the other. All little-endian.
/// </summary>
public sealed class RowLayout
{
    private readonly int _tail;
    private readonly RowColumn[] _columns;
    private readonly RowColumn[] _varying;

    /// <param name="columns">Names and types in the view's order.</param>
    public RowLayout(IReadOnlyList<(string Name, FeatureDataType Type)> columns)
    {
        var next = (columns.Count + 63) / 64 * 8;
        var laid = new RowColumn[columns.Count];
        foreach (var width in (ReadOnlySpan<int>)[8, 4, 1])
        {
            for (var i = 0; i < laid.Length; i++)
            {
                if (columns[i].Type.FixedBytes() != width) continue;
                laid[i] = new RowColumn(columns[i].Name, columns[i].Type, i, next, -1);
                next += width;
            }
        }
        var varying = new List<RowColumn>();
        for (var i = 0; i < laid.Length; i++)
        {
            if (columns[i].Type.FixedBytes() != 0) continue;
            laid[i] = new RowColumn(columns[i].Name, columns[i].Type, i, next, varying.Count);
            varying.Add(laid[i]);
            next += sizeof(int);
        }
        _columns = laid;
        _varying = [.. varying];
        _tail = next;
    }

    /// <summary>In the view's order.</summary>
    public IReadOnlyList<RowColumn> Columns => _columns;

    /// <summary>Bytes of a row before its values of varying length; of the whole row where there are none.</summary>
    public int FixedBytes => _tail;

    public bool IsFixed => _varying.Length == 0;

    /// <summary>The column of that name, or -1.</summary>
    public int Find(string name)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i].Name == name) return i;
        }
        return -1;
    }

    /// <summary>Bytes of the row that <see cref="Write"/> makes of these values.</summary>
    public int Measure(ReadOnlySpan<FeatureValue> values)
    {
        var bytes = _tail;
        foreach (var column in _varying) bytes = checked(bytes + VaryingValue.Measure(values[column.Index]));
        return bytes;
    }

    /// <summary>Writes a row. Each value is null or of its column's type.</summary>
    /// <returns>Bytes written: what <see cref="Measure"/> says.</returns>
    public int Write(ReadOnlySpan<FeatureValue> values, Span<byte> row)
    {
        row[.._tail].Clear();
        var end = _tail;
        for (var i = 0; i < _columns.Length; i++)
        {
            var column = _columns[i];
            var value = values[i];
            if (value.IsNull) row[i >> 3] |= (byte)(1 << (i & 7));
            else if (column.Slot < 0) WriteFixed(column, value, row[column.Offset..]);
        }
        foreach (var column in _varying)
        {
            end += VaryingValue.Write(values[column.Index], row[end..]);
            BinaryPrimitives.WriteInt32LittleEndian(row[column.Offset..], end);
        }
        return end;
    }

    /// <summary>Whether the row holds no value for the column; also for a row that is too short to be one of this layout.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNull(ReadOnlySpan<byte> row, int column) => row.Length < _tail || (row[column >> 3] >> (column & 7) & 1) != 0;

    /// <summary>Where the values of a column of fixed length lie in a row.</summary>
    public int OffsetOf(int column) => _columns[column].Offset;

    /// <summary>Length of the null bits, in words of 64.</summary>
    public int NullWords => (_columns.Length + 63) / 64;

    /// <summary>Adds the row's null bits, one a column, to those of other rows. The row is one of this layout, <see cref="NullWords"/> the length of the others.</summary>
    public void AddNulls(ReadOnlySpan<byte> row, Span<ulong> nulls)
    {
        for (var word = 0; word < nulls.Length; word++) nulls[word] |= BinaryPrimitives.ReadUInt64LittleEndian(row[(word * sizeof(ulong))..]);
    }

    /// <summary>The value; null where there is none. Bytes that are no row of this layout give null or a wrong value, never a read out of bounds.</summary>
    public FeatureValue Read(ReadOnlySpan<byte> row, int column)
    {
        if (IsNull(row, column)) return FeatureValue.Null;
        var at = _columns[column];
        return at.Slot < 0 ? ReadFixed(at, row) : VaryingValue.Read(at.Type, Varying(row, at));
    }

    /// <summary>The value as a number; false where there is none or it is not numeric. Moments are microseconds.</summary>
    public bool TryReadNumber(ReadOnlySpan<byte> row, int column, out double number)
    {
        number = 0;
        if (IsNull(row, column)) return false;
        var at = _columns[column];
        switch (at.Type)
        {
            case FeatureDataType.Float: number = Unaligned<float>(row, at.Offset); return true;
            case FeatureDataType.Double: number = Unaligned<double>(row, at.Offset); return true;
            case FeatureDataType.Int64 or FeatureDataType.UnixTimestamp: number = Unaligned<long>(row, at.Offset); return true;
            case FeatureDataType.Int32: number = Unaligned<int>(row, at.Offset); return true;
            case FeatureDataType.Bool: number = row[at.Offset]; return true;
            default: return false;
        }
    }

    /// <summary>The bytes of a value of varying length, as they lie in the row.</summary>
    public ReadOnlySpan<byte> ReadBytes(ReadOnlySpan<byte> row, int column) => IsNull(row, column) ? default : Varying(row, _columns[column]);

    private ReadOnlySpan<byte> Varying(ReadOnlySpan<byte> row, RowColumn at)
    {
        var end = Unaligned<int>(row, at.Offset);
        var start = at.Slot == 0 ? _tail : Unaligned<int>(row, at.Offset - sizeof(int));
        return start >= _tail && start <= end && end <= row.Length ? row[start..end] : default;
    }

    private static void WriteFixed(RowColumn column, FeatureValue value, Span<byte> to)
    {
        switch (column.Type)
        {
            case FeatureDataType.Float: BinaryPrimitives.WriteSingleLittleEndian(to, value.AsFloat); break;
            case FeatureDataType.Double: BinaryPrimitives.WriteDoubleLittleEndian(to, value.AsDouble); break;
            case FeatureDataType.Int32: BinaryPrimitives.WriteInt32LittleEndian(to, (int)value.AsInt64); break;
            case FeatureDataType.Bool: to[0] = value.AsBool ? (byte)1 : (byte)0; break;
            default: BinaryPrimitives.WriteInt64LittleEndian(to, value.AsInt64); break;
        }
    }

    private static FeatureValue ReadFixed(RowColumn at, ReadOnlySpan<byte> row) => at.Type switch
    {
        FeatureDataType.Float => FeatureValue.Of(Unaligned<float>(row, at.Offset)),
        FeatureDataType.Double => FeatureValue.Of(Unaligned<double>(row, at.Offset)),
        FeatureDataType.Int32 => FeatureValue.Of(Unaligned<int>(row, at.Offset)),
        FeatureDataType.Bool => FeatureValue.Of(row[at.Offset] != 0),
        FeatureDataType.UnixTimestamp => FeatureValue.OfTimestamp(Unaligned<long>(row, at.Offset)),
        _ => FeatureValue.Of(Unaligned<long>(row, at.Offset)),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Unaligned<T>(ReadOnlySpan<byte> row, int offset)
        where T : unmanaged =>
        MemoryMarshal.Read<T>(row[offset..]);
}

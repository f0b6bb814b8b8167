using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Lake.Types;

namespace Lake.Columns;

/// <summary>Arrays of an older schema as a newer one wants them: fields found by id, those that were not there null, narrow numbers widened. Stateless.</summary>
public static class ArrowReshape
{
    /// <param name="array">The values; null for a column that the file does not have.</param>
    /// <param name="written">The array's field with the ids it was written with; ignored without an array.</param>
    /// <param name="wanted">The field that is asked for.</param>
    /// <param name="length">Rows.</param>
    /// <exception cref="LakeFormatException">A required field without a default is not there, or a type cannot be widened.</exception>
    public static IArrowArray To(IArrowArray? array, Field? written, NestedField wanted, int length)
    {
        if (array is null || written is null) return Missing(wanted, length);
        return wanted.Type switch
        {
            Lake.Types.StructType s when array is StructArray structs => ToStruct(structs, written, s),
            Lake.Types.ListType l when array is ListArray lists => ToList(lists, written, l),
            Lake.Types.MapType m when array is MapArray maps => ToMap(maps, written, m),
            PrimitiveType p => Widen(array, p, wanted),
            _ => throw new LakeFormatException($"column '{wanted.Name}' is {wanted.Type} in the table and {array.Data.DataType.Name} in a file"),
        };
    }

    /// <summary>An array of nulls, or of the field's first default where it has one.</summary>
    public static IArrowArray Missing(NestedField wanted, int length)
    {
        if (wanted.InitialDefault is not null) throw new LakeFormatException($"column '{wanted.Name}' has an initial default, which version 3 brought; this version does not fill it in");
        if (wanted.IsRequired) throw new LakeFormatException($"column '{wanted.Name}' is required, and a file does not have it");
        return Nulls(wanted.Type, length);
    }

    private static IArrowArray Nulls(IcebergType type, int length)
    {
        // Places of -1 give nulls of any type, from an array without values.
        Span<int> rows = length <= 1024 ? stackalloc int[length] : new int[length];
        rows.Fill(-1);
        return ArrowTake.Take(ArrowArrayFactory.BuildArray(EmptyData(ArrowSchema.Of(type))), rows);
    }

    private static ArrayData EmptyData(IArrowType type)
    {
        var offsets = new ArrowBuffer(new byte[4]);
        return type switch
        {
            Apache.Arrow.Types.StructType s => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty], [.. s.Fields.Select(f => EmptyData(f.DataType))]),
            Apache.Arrow.Types.ListType l => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, offsets], [EmptyData(l.ValueDataType)]),
            Apache.Arrow.Types.MapType m => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, offsets], [EmptyData(m.KeyValueType)]),
            StringType or BinaryType => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, offsets, ArrowBuffer.Empty]),
            _ => new ArrayData(type, 0, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Empty]),
        };
    }

    private static IArrowArray ToStruct(StructArray array, Field written, Lake.Types.StructType wanted)
    {
        var fields = ((Apache.Arrow.Types.StructType)written.DataType).Fields;
        var children = new ArrayData[wanted.Fields.Count];
        for (var i = 0; i < children.Length; i++)
        {
            var at = IndexOf(fields, wanted.Fields[i].Id);
            children[i] = To(at < 0 ? null : array.Fields[at], at < 0 ? null : fields[at], wanted.Fields[i], array.Length).Data;
        }
        return ArrowArrayFactory.BuildArray(new ArrayData(ArrowSchema.Of(wanted), array.Length, array.NullCount, 0, [Validity(array.Data)], children));
    }

    private static IArrowArray ToList(ListArray array, Field written, Lake.Types.ListType wanted)
    {
        var element = ((Apache.Arrow.Types.ListType)written.DataType).ValueField;
        var values = To(array.Values, element, wanted.Element, array.Values.Length);
        return ArrowArrayFactory.BuildArray(new ArrayData(ArrowSchema.Of(wanted), array.Length, array.NullCount, array.Offset, [array.Data.Buffers[0], array.Data.Buffers[1]], [values.Data]));
    }

    private static IArrowArray ToMap(MapArray array, Field written, Lake.Types.MapType wanted)
    {
        var pair = (Apache.Arrow.Types.StructType)((Apache.Arrow.Types.MapType)written.DataType).KeyValueType;
        var keys = To(array.Keys, pair.Fields[0], wanted.Key, array.Keys.Length);
        var values = To(array.Values, pair.Fields[1], wanted.Value, array.Values.Length);
        var type = (Apache.Arrow.Types.MapType)ArrowSchema.Of(wanted);
        var pairs = new ArrayData(type.KeyValueType, keys.Length, 0, 0, [ArrowBuffer.Empty], [keys.Data, values.Data]);
        return ArrowArrayFactory.BuildArray(new ArrayData(type, array.Length, array.NullCount, array.Offset, [array.Data.Buffers[0], array.Data.Buffers[1]], [pairs]));
    }

    private static IArrowArray Widen(IArrowArray array, PrimitiveType wanted, NestedField field)
    {
        var type = ArrowSchema.Of((IcebergType)wanted);
        var data = array.Data;
        switch (array)
        {
            case Int32Array ints when wanted.Kind == TypeKind.Long:
                return Convert(ints.Values, type, data, v => (long)v);
            case FloatArray floats when wanted.Kind == TypeKind.Double:
                return Convert(floats.Values, type, data, v => (double)v);
            case Date32Array dates when wanted.Kind is TypeKind.Timestamp:
                return Convert(dates.Values, type, data, v => v * 86_400_000_000L);
            case Int32Array ints when wanted.Kind == TypeKind.Int:
                return ints;
        }
        // Bits are the same: a decimal of more digits, a zone under another name, a name alone.
        var sameBits = (data.DataType, type) switch
        {
            (Decimal128Type from, Decimal128Type to) => from.Scale == to.Scale && from.Precision <= to.Precision,
            (TimestampType from, TimestampType to) => from.Unit == to.Unit && from.Timezone is null == to.Timezone is null,
            (FixedSizeBinaryType from, FixedSizeBinaryType to) => from.ByteWidth == to.ByteWidth,
            (Time64Type from, Time64Type to) => from.Unit == to.Unit,
            _ => data.DataType.TypeId == type.TypeId,
        };
        if (!sameBits) throw new LakeFormatException($"column '{field.Name}' is {wanted} in the table and {data.DataType.Name} in a file");
        return ArrowArrayFactory.BuildArray(new ArrayData(type, data.Length, data.GetNullCount(), data.Offset, data.Buffers, data.Children));
    }

    internal static IArrowArray Convert<TFrom, TTo>(ReadOnlySpan<TFrom> values, IArrowType type, ArrayData source, Func<TFrom, TTo> convert)
        where TTo : unmanaged
    {
        var bytes = new byte[values.Length * Marshal.SizeOf<TTo>()];
        var target = MemoryMarshal.Cast<byte, TTo>(bytes.AsSpan());
        for (var i = 0; i < values.Length; i++) target[i] = convert(values[i]);
        return ArrowArrayFactory.BuildArray(new ArrayData(type, source.Length, source.GetNullCount(), 0, [Validity(source), new ArrowBuffer(bytes)]));
    }

    // Bits from the array's first row on.
    internal static ArrowBuffer Validity(ArrayData data)
    {
        if (data.Offset == 0 || data.Buffers[0].IsEmpty) return data.Buffers[0];
        var bits = new byte[(data.Length + 7) / 8];
        for (var i = 0; i < data.Length; i++)
        {
            if (BitUtility.GetBit(data.Buffers[0].Span, data.Offset + i)) bits[i >> 3] |= (byte)(1 << (i & 7));
        }
        return new ArrowBuffer(bits);
    }

    private static int IndexOf(IReadOnlyList<Field> fields, int id)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (ArrowSchema.IdOf(fields[i]) == id) return i;
        }
        return -1;
    }
}

using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Lake.Types;
using Lake.Values;

namespace Lake.Columns;

/// <summary>Arrays of other writers as columns of a table: nested fields found by name, types taken where every value fits. Stateless.</summary>
/// <param name="refusesUnknown">Whether a nested field that the table does not have is an error; it is left out otherwise.</param>
internal sealed class ArrowByName(bool refusesUnknown)
{
    /// <param name="array">The values.</param>
    /// <param name="wanted">The column, or field nested in one.</param>
    /// <param name="path">Its full name, for messages.</param>
    /// <exception cref="LakeFormatException">The types do not fit; the message names the column.</exception>
    public IArrowArray To(IArrowArray array, NestedField wanted, string path)
    {
        if (array is DictionaryArray dictionary) return To(Decoded(dictionary), wanted, path);
        return (array, wanted.Type) switch
        {
            (StructArray structs, Lake.Types.StructType s) => ToStruct(structs, s, path),
            (MapArray maps, Lake.Types.MapType m) => ToMap(maps, m, path),
            (ListArray lists, Lake.Types.ListType l) => ToList(lists, l, path),
            (_, PrimitiveType p) => ToPrimitive(array, p) ?? throw Unfit(array, wanted, path),
            _ => throw Unfit(array, wanted, path),
        };
    }

    private IArrowArray ToStruct(StructArray array, Lake.Types.StructType wanted, string path)
    {
        var written = ((Apache.Arrow.Types.StructType)array.Data.DataType).Fields;
        if (refusesUnknown && written.FirstOrDefault(f => wanted.Find(f.Name) is null) is { } unknown) throw new LakeFormatException($"field '{path}.{unknown.Name}' is in the file; the table has no field of that name, and only whole columns can be added by an import");
        var children = new ArrayData[wanted.Fields.Count];
        for (var i = 0; i < children.Length; i++)
        {
            var field = wanted.Fields[i];
            var at = written.ToList().FindIndex(f => f.Name == field.Name);
            var child = at < 0 ? ArrowReshape.Missing(field, array.Length) : To(array.Fields[at], field, $"{path}.{field.Name}");
            if (field.IsRequired && child.NullCount > 0 && Enumerable.Range(0, array.Length).Any(r => child.IsNull(r) && !array.IsNull(r))) throw Nulls($"{path}.{field.Name}");
            children[i] = child.Data;
        }
        return ArrowArrayFactory.BuildArray(new ArrayData(ArrowSchema.Of(wanted), array.Length, array.NullCount, 0, [ArrowReshape.Validity(array.Data)], children));
    }

    private IArrowArray ToList(ListArray array, Lake.Types.ListType wanted, string path)
    {
        var values = To(array.Values, wanted.Element, $"{path}.element");
        if (wanted.Element.IsRequired && values.NullCount > 0) throw Nulls($"{path}.element");
        return ArrowArrayFactory.BuildArray(new ArrayData(ArrowSchema.Of(wanted), array.Length, array.NullCount, array.Offset, [array.Data.Buffers[0], array.Data.Buffers[1]], [values.Data]));
    }

    private IArrowArray ToMap(MapArray array, Lake.Types.MapType wanted, string path)
    {
        var keys = To(array.Keys, wanted.Key, $"{path}.key");
        var values = To(array.Values, wanted.Value, $"{path}.value");
        if (wanted.Value.IsRequired && values.NullCount > 0) throw Nulls($"{path}.value");
        var type = (Apache.Arrow.Types.MapType)ArrowSchema.Of(wanted);
        var pairs = new ArrayData(type.KeyValueType, keys.Length, 0, 0, [ArrowBuffer.Empty], [keys.Data, values.Data]);
        return ArrowArrayFactory.BuildArray(new ArrayData(type, array.Length, array.NullCount, array.Offset, [array.Data.Buffers[0], array.Data.Buffers[1]], [pairs]));
    }

    private static IArrowArray? ToPrimitive(IArrowArray array, PrimitiveType wanted)
    {
        var type = ArrowSchema.Of((IcebergType)wanted);
        var data = array.Data;
        switch (wanted.Kind)
        {
            case TypeKind.Int or TypeKind.Long:
                return Whole(array, type, wanted.Kind == TypeKind.Long);
            case TypeKind.Double when array is FloatArray floats:
                return ArrowReshape.Convert(floats.Values, type, data, v => (double)v);
            case TypeKind.Timestamp or TypeKind.TimestampTz when array is TimestampArray times && data.DataType is TimestampType from && from.Timezone is null == (wanted.Kind == TypeKind.Timestamp):
                return Scaled(times.Values, type, data, from.Unit);
            case TypeKind.Time when array is Time64Array times:
                return Scaled(times.Values, type, data, ((Time64Type)data.DataType).Unit);
            case TypeKind.Time when array is Time32Array times:
                var perUnit = ((Time32Type)data.DataType).Unit == TimeUnit.Second ? 1_000_000L : 1000L;
                return ArrowReshape.Convert(times.Values, type, data, v => v * perUnit);
            case TypeKind.String when array is LargeStringArray:
            case TypeKind.Binary when array is LargeBinaryArray:
                return Narrow(data, type);
        }
        var sameBits = (data.DataType, type) switch
        {
            (Decimal128Type from, Decimal128Type to) => from.Scale == to.Scale && from.Precision <= to.Precision,
            (FixedSizeBinaryType from, FixedSizeBinaryType to) => from.ByteWidth == to.ByteWidth,
            _ => wanted.Kind is TypeKind.Boolean or TypeKind.Float or TypeKind.Double or TypeKind.Date or TypeKind.String or TypeKind.Binary && data.DataType.TypeId == type.TypeId,
        };
        return sameBits ? ArrowArrayFactory.BuildArray(new ArrayData(type, data.Length, data.GetNullCount(), data.Offset, data.Buffers, data.Children)) : null;
    }

    private static IArrowArray? Whole(IArrowArray array, IArrowType type, bool isLong) => array switch
    {
        Int64Array when isLong => array,
        Int32Array a => isLong ? ArrowReshape.Convert(a.Values, type, a.Data, v => (long)v) : a,
        Int16Array a => isLong ? ArrowReshape.Convert(a.Values, type, a.Data, v => (long)v) : ArrowReshape.Convert(a.Values, type, a.Data, v => (int)v),
        Int8Array a => isLong ? ArrowReshape.Convert(a.Values, type, a.Data, v => (long)v) : ArrowReshape.Convert(a.Values, type, a.Data, v => (int)v),
        UInt8Array a => isLong ? ArrowReshape.Convert(a.Values, type, a.Data, v => (long)v) : ArrowReshape.Convert(a.Values, type, a.Data, v => (int)v),
        UInt16Array a => isLong ? ArrowReshape.Convert(a.Values, type, a.Data, v => (long)v) : ArrowReshape.Convert(a.Values, type, a.Data, v => (int)v),
        UInt32Array a when isLong => ArrowReshape.Convert(a.Values, type, a.Data, v => (long)v),
        _ => null,
    };

    private static IArrowArray Scaled(ReadOnlySpan<long> values, IArrowType type, ArrayData data, TimeUnit unit) => unit switch
    {
        TimeUnit.Second => ArrowReshape.Convert(values, type, data, v => v * 1_000_000),
        TimeUnit.Millisecond => ArrowReshape.Convert(values, type, data, v => v * 1000),
        TimeUnit.Nanosecond => ArrowReshape.Convert(values, type, data, v => ValueText.FloorDiv(v, 1000)),
        _ => ArrowReshape.Convert(values, type, data, v => v),
    };

    // Offsets of 64 bits become ones of 32: a batch has less than 2 GiB of text.
    private static IArrowArray Narrow(ArrayData data, IArrowType type)
    {
        var from = MemoryMarshal.Cast<byte, long>(data.Buffers[1].Span).Slice(data.Offset, data.Length + 1);
        var bytes = new byte[from.Length * 4];
        var to = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
        for (var i = 0; i < from.Length; i++) to[i] = checked((int)from[i]);
        return ArrowArrayFactory.BuildArray(new ArrayData(type, data.Length, data.GetNullCount(), 0, [ArrowReshape.Validity(data), new ArrowBuffer(bytes), data.Buffers[2]]));
    }

    private static IArrowArray Decoded(DictionaryArray array)
    {
        var rows = new int[array.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = array.IsNull(i) ? -1 : array.Indices switch
            {
                Int8Array a => a.Values[i],
                Int16Array a => a.Values[i],
                Int32Array a => a.Values[i],
                UInt8Array a => a.Values[i],
                UInt16Array a => a.Values[i],
                var a => throw new LakeFormatException($"a dictionary's indices are {a.Data.DataType.Name}; they must be whole numbers of 32 bits or less"),
            };
        }
        var values = array.Dictionary is LargeStringArray large ? Narrow(large.Data, StringType.Default) : array.Dictionary;
        return ArrowTake.Take(values, rows);
    }

    private static LakeFormatException Unfit(IArrowArray array, NestedField wanted, string path) => new($"column '{path}' is {array.Data.DataType.Name} in the file, which does not fit {wanted.Type} of the table");

    private static LakeFormatException Nulls(string path) => new($"field '{path}' has nulls in the file; it is required in the table");
}

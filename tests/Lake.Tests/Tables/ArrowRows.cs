using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Lake.Columns;
using Lake.Types;
using Lake.Values;

namespace Lake.Tests.Tables;

/// <summary>Arrow arrays from and to plain values: structs are object?[], lists List, maps lists of pairs.</summary>
internal static class ArrowRows
{
    public static IArrowArray Array(NestedField field, IReadOnlyList<object?> values) => ArrowArrayFactory.BuildArray(Data(field.Type, values));

    public static object? Value(IArrowArray array, IcebergType type, int row)
    {
        if (array.IsNull(row)) return null;
        switch (type)
        {
            case Lake.Types.StructType s:
                return s.Fields.Select((f, i) => Value(((StructArray)array).Fields[i], f.Type, row)).ToArray();
            case Lake.Types.ListType l:
                var list = (ListArray)array;
                return Enumerable.Range(list.ValueOffsets[row], list.ValueOffsets[row + 1] - list.ValueOffsets[row]).Select(i => Value(list.Values, l.Element.Type, i)).ToList();
            case Lake.Types.MapType m:
                var map = (MapArray)array;
                return Enumerable.Range(map.ValueOffsets[row], map.ValueOffsets[row + 1] - map.ValueOffsets[row])
                    .Select(i => KeyValuePair.Create(Value(map.Keys, m.Key.Type, i)!, Value(map.Values, m.Value.Type, i))).ToList();
            default:
                return ArrowValue.Get(array, (PrimitiveType)type, row);
        }
    }

    private static ArrayData Data(IcebergType type, IReadOnlyList<object?> values)
    {
        var arrow = ArrowSchema.Of(type);
        var nulls = values.Count(v => v is null);
        var validity = Bits(values.Select(v => v is not null));
        switch (type)
        {
            case Lake.Types.StructType s:
                return new ArrayData(arrow, values.Count, nulls, 0, [validity], [.. s.Fields.Select((f, i) => Data(f.Type, [.. values.Select(v => ((object?[]?)v)?[i] ?? (v is null && f.IsRequired ? Zero(f.Type) : null))]))]);
            case Lake.Types.ListType l:
                var lists = values.Select(v => (v as IEnumerable<object?>)?.ToList() ?? []).ToList();
                return new ArrayData(arrow, values.Count, nulls, 0, [validity, Offsets(lists.Select(x => x.Count))], [Data(l.Element.Type, [.. lists.SelectMany(x => x)])]);
            case Lake.Types.MapType m:
                var maps = values.Select(v => (v as List<KeyValuePair<object, object?>>) ?? []).ToList();
                var pairs = new ArrayData(((Apache.Arrow.Types.MapType)arrow).KeyValueType, maps.Sum(x => x.Count), 0, 0, [ArrowBuffer.Empty],
                    [Data(m.Key.Type, [.. maps.SelectMany(x => x).Select(p => (object?)p.Key)]), Data(m.Value.Type, [.. maps.SelectMany(x => x).Select(p => p.Value)])]);
                return new ArrayData(arrow, values.Count, nulls, 0, [validity, Offsets(maps.Select(x => x.Count))], [pairs]);
        }
        switch (type.Kind)
        {
            case TypeKind.Boolean:
                return new ArrayData(arrow, values.Count, nulls, 0, [validity, Bits(values.Select(v => v is true))]);
            case TypeKind.String or TypeKind.Binary:
                var bytes = values.Select(v => v is string text ? Encoding.UTF8.GetBytes(text) : v as byte[] ?? []).ToList();
                return new ArrayData(arrow, values.Count, nulls, 0, [validity, Offsets(bytes.Select(b => b.Length)), new ArrowBuffer(bytes.SelectMany(b => b).ToArray())]);
            default:
                var width = ((FixedWidthType)arrow).BitWidth / 8;
                return new ArrayData(arrow, values.Count, nulls, 0, [validity, new ArrowBuffer(values.SelectMany(v => v is null ? new byte[width] : Fixed((PrimitiveType)type, v, width)).ToArray())]);
        }
    }

    private static byte[] Fixed(PrimitiveType type, object value, int width)
    {
        if (type.Kind != TypeKind.Decimal) return SingleValue.Encode(type, value);
        var number = (BigInteger)value;
        var bytes = new byte[width];
        if (number.Sign < 0) System.Array.Fill(bytes, (byte)0xff);
        number.TryWriteBytes(bytes, out _);
        return bytes;
    }

    private static object? Zero(IcebergType type) => type is PrimitiveType p && p.Kind is not (TypeKind.String or TypeKind.Binary) ? SingleValue.Decode(p, new byte[Math.Max(1, ((FixedWidthType)ArrowSchema.Of(type)).BitWidth / 8)]) : "";

    private static ArrowBuffer Bits(IEnumerable<bool> flags)
    {
        var list = flags.ToList();
        var bits = new byte[(list.Count + 7) / 8];
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i]) bits[i >> 3] |= (byte)(1 << (i & 7));
        }
        return new ArrowBuffer(bits);
    }

    private static ArrowBuffer Offsets(IEnumerable<int> lengths)
    {
        var offsets = new List<int> { 0 };
        foreach (var length in lengths) offsets.Add(offsets[^1] + length);
        return new ArrowBuffer(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(offsets)).ToArray());
    }
}

// Hot path: every row that is written in an order passes here.
using System.Buffers.Binary;
using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Lake.Columns;
using Lake.Keys;
using Lake.Metadata;
using Lake.Partitioning;
using Lake.Types;

namespace Lake.Write;

/// <summary>Makes of each row bytes whose order, byte by byte, is that of a sort order. Used by one thread.</summary>
internal sealed class SortKeyEncoder
{
    private readonly (SortField Field, PrimitiveType Type, int[] Path)[] _fields;

    /// <param name="order">The order; one that <see cref="CanSort"/>.</param>
    /// <param name="schema">The columns of the batches to come.</param>
    public SortKeyEncoder(SortOrder order, TableSchema schema) =>
        _fields = [.. order.Fields.Select(f => (f, (PrimitiveType)schema.Find(f.SourceId)!.Type, FieldPath.To(schema.Fields, f.SourceId)!))];

    /// <summary>Whether rows can be put in the order: all its columns are there, and all its transforms are known.</summary>
    public static bool CanSort(SortOrder order, TableSchema schema) => order.Fields.All(f =>
        f.Transform.Kind != TransformKind.Unknown && schema.Find(f.SourceId)?.Type is PrimitiveType && FieldPath.To(schema.Fields, f.SourceId) is not null);

    /// <summary>Appends the key of each row.</summary>
    public void Encode(RecordBatch batch, SortKeys keys)
    {
        var arrays = new IArrowArray[_fields.Length][];
        for (var f = 0; f < arrays.Length; f++) arrays[f] = Arrays(batch, _fields[f].Path);
        for (var row = 0; row < batch.Length; row++)
        {
            keys.Begin();
            for (var f = 0; f < arrays.Length; f++) Encode(_fields[f], arrays[f], row, keys);
        }
    }

    private static void Encode((SortField Field, PrimitiveType Type, int[] Path) at, IArrowArray[] arrays, int row, SortKeys keys)
    {
        var isIdentity = at.Field.Transform.Kind == TransformKind.Identity;
        var value = isIdentity || IsNull(arrays, row) ? null : TransformFunction.Apply(at.Field.Transform, at.Type, ArrowValue.Get(arrays[^1], at.Type, row));
        if (isIdentity ? IsNull(arrays, row) : value is null)
        {
            keys.Add(1)[0] = (byte)(at.Field.NullsFirst ? 0 : 2);
            return;
        }
        keys.Add(1)[0] = 1;
        var from = keys.Length;
        if (isIdentity) Write(arrays[^1], row, keys);
        else Write(value!, keys);
        if (!at.Field.IsDescending) return;
        foreach (ref var b in keys.From(from)) b = (byte)~b;
    }

    private static void Write(IArrowArray array, int row, SortKeys keys)
    {
        switch (array)
        {
            case Int64Array a: Long(a.Values[row], keys); break;
            case TimestampArray a: Long(a.Values[row], keys); break;
            case Time64Array a: Long(a.Values[row], keys); break;
            case Int32Array a: Int(a.Values[row], keys); break;
            case Date32Array a: Int(a.Values[row], keys); break;
            case FloatArray a: Int(Ordered(a.Values[row]), keys); break;
            case DoubleArray a: Long(Ordered(a.Values[row]), keys); break;
            case BooleanArray a: keys.Add(1)[0] = (byte)(a.GetValue(row) == true ? 1 : 0); break;
            case StringArray a: Bytes(a.GetBytes(row), keys); break;
            case BinaryArray a: Bytes(a.GetBytes(row), keys); break;
            case Decimal128Array a: Decimal(a.GetBytes(row), keys); break;
            case FixedSizeBinaryArray a: a.GetBytes(row).CopyTo(keys.Add(a.GetBytes(row).Length)); break;
            default: throw new ArgumentException($"array is a {array.GetType().Name}; rows are not ordered by such values", nameof(array));
        }
    }

    private static void Write(object value, SortKeys keys)
    {
        switch (value)
        {
            case int number: Int(number, keys); break;
            case long number: Long(number, keys); break;
            case string text: Bytes(System.Text.Encoding.UTF8.GetBytes(text), keys); break;
            case byte[] bytes: Bytes(bytes, keys); break;
            case BigInteger number:
                Span<byte> digits = stackalloc byte[16];
                digits.Fill((byte)(number.Sign < 0 ? 0xff : 0));
                number.TryWriteBytes(digits, out _);
                Decimal(digits, keys);
                break;
            default: throw new ArgumentException($"value is a {value.GetType().Name}; no transform gives such", nameof(value));
        }
    }

    // The specification's order, -0 below 0 and NaN last, is that of the bits once those of negative numbers are turned round. Every NaN is one, as in Java, which the specification
    // goes by, and as values are compared elsewhere.
    private static int Ordered(float value)
    {
        var bits = float.IsNaN(value) ? 0x7fc0_0000 : BitConverter.SingleToInt32Bits(value);
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    private static long Ordered(double value)
    {
        var bits = double.IsNaN(value) ? 0x7ff8_0000_0000_0000 : BitConverter.DoubleToInt64Bits(value);
        return bits ^ ((bits >> 63) & long.MaxValue);
    }

    private static void Int(int value, SortKeys keys) => BinaryPrimitives.WriteUInt32BigEndian(keys.Add(4), (uint)value ^ 0x8000_0000);

    private static void Long(long value, SortKeys keys) => BinaryPrimitives.WriteUInt64BigEndian(keys.Add(8), (ulong)value ^ 0x8000_0000_0000_0000);

    private static void Decimal(ReadOnlySpan<byte> littleEndian, SortKeys keys)
    {
        var target = keys.Add(16);
        littleEndian.CopyTo(target);
        target.Reverse();
        target[0] ^= 0x80;
    }

    // 0 becomes 0 1 and the end is 0 0, so that "a" stands before "ab" whatever comes behind it.
    private static void Bytes(ReadOnlySpan<byte> bytes, SortKeys keys)
    {
        for (var zero = bytes.IndexOf((byte)0); zero >= 0; zero = bytes.IndexOf((byte)0))
        {
            var part = keys.Add(zero + 2);
            bytes[..(zero + 1)].CopyTo(part);
            part[^1] = 1;
            bytes = bytes[(zero + 1)..];
        }
        var rest = keys.Add(bytes.Length + 2);
        bytes.CopyTo(rest);
        rest[^2..].Clear();
    }

    private static IArrowArray[] Arrays(RecordBatch batch, int[] path)
    {
        var arrays = new IArrowArray[path.Length];
        arrays[0] = batch.Column(path[0]);
        for (var i = 1; i < path.Length; i++) arrays[i] = ((StructArray)arrays[i - 1]).Fields[path[i]];
        return arrays;
    }

    private static bool IsNull(IArrowArray[] arrays, int row)
    {
        foreach (var array in arrays)
        {
            if (array.IsNull(row)) return true;
        }
        return false;
    }
}

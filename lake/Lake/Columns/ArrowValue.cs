using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Lake.Types;

namespace Lake.Columns;

/// <summary>Single values out of Arrow arrays, as <see cref="Values.SingleValue"/> boxes them. Stateless.</summary>
public static class ArrowValue
{
    /// <summary>The value of a row; null for null.</summary>
    /// <param name="array">An array of the type.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="row">Which row.</param>
    public static object? Get(IArrowArray array, PrimitiveType type, int row)
    {
        if (array.IsNull(row)) return null;
        return array switch
        {
            BooleanArray a => a.GetValue(row)!.Value,
            Int32Array a => a.Values[row],
            Date32Array a => a.Values[row],
            Int64Array a => a.Values[row],
            Time64Array a => a.Values[row],
            TimestampArray a => a.Values[row],
            FloatArray a => a.Values[row],
            DoubleArray a => a.Values[row],
            StringArray a => a.GetString(row),
            // Arrow's decimals are little-endian.
            Decimal128Array a => new BigInteger(a.ValueBuffer.Span.Slice((a.Offset + row) * 16, 16)),
            FixedSizeBinaryArray a when type.Kind == TypeKind.Uuid => new Guid(a.GetBytes(row), bigEndian: true),
            FixedSizeBinaryArray a => a.GetBytes(row).ToArray(),
            BinaryArray a => a.GetBytes(row).ToArray(),
            _ => throw new ArgumentException($"array is a {array.GetType().Name}; it holds no {type}", nameof(array)),
        };
    }
}

using Apache.Arrow;
using Lake.Columns;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;
using Lake.Values;

namespace Lake.Scan;

/// <summary>Columns that a file lacks and its partition has the value of. Immutable.</summary>
internal sealed class IdentityColumns
{
    private readonly IReadOnlyList<NestedField> _columns;
    private readonly Dictionary<int, IArrowArray> _values;

    private IdentityColumns(IReadOnlyList<NestedField> columns, Dictionary<int, IArrowArray> values)
    {
        (_columns, _values) = (columns, values);
        Others = values.Count == 0 ? columns : [.. columns.Where(c => !values.ContainsKey(c.Id))];
    }

    /// <summary>The columns that are read.</summary>
    public IReadOnlyList<NestedField> Others { get; }

    public static IdentityColumns Of(TableMetadata metadata, DataFile file, IReadOnlyList<NestedField> columns, Func<int, bool> has)
    {
        var values = new Dictionary<int, IArrowArray>();
        foreach (var column in columns)
        {
            if (column.Type is PrimitiveType type && IdentityValues.TryGet(metadata, file, column.Id, out var value) && !has(column.Id)) values[column.Id] = One(type, value is null ? null : SingleValue.Fit(type, value));
        }
        return new IdentityColumns(columns, values);
    }

    /// <summary>All columns of a batch of <see cref="Others"/>.</summary>
    public RecordBatch Fill(RecordBatch batch)
    {
        if (_values.Count == 0) return batch;
        var at = 0;
        var places = new int[batch.Length];
        var arrays = _columns.Select(c => _values.TryGetValue(c.Id, out var one) ? ArrowTake.Take(one, places) : batch.Column(at++)).ToList();
        return new RecordBatch(ArrowSchema.Of(_columns), arrays, batch.Length);
    }

    private static IArrowArray One(PrimitiveType type, object? value)
    {
        var arrow = ArrowSchema.Of((IcebergType)type);
        if (value is null) return ArrowReshape.Missing(NestedField.Optional(0, "", type), 1);
        var bytes = value is System.Numerics.BigInteger number ? LittleEndian(number) : SingleValue.Encode(type, value);
        ArrowBuffer[] buffers = type.Kind is TypeKind.String or TypeKind.Binary
            ? [ArrowBuffer.Empty, new ArrowBuffer(new byte[4].Concat(BitConverter.GetBytes(bytes.Length)).ToArray()), new ArrowBuffer(bytes)]
            : [ArrowBuffer.Empty, new ArrowBuffer(bytes)];
        return ArrowArrayFactory.BuildArray(new ArrayData(arrow, 1, 0, 0, buffers));
    }

    // As Arrow has decimals.
    private static byte[] LittleEndian(System.Numerics.BigInteger number)
    {
        var bytes = new byte[16];
        if (number.Sign < 0) System.Array.Fill(bytes, (byte)0xff);
        number.TryWriteBytes(bytes, out _);
        return bytes;
    }
}

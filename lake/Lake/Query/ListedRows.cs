using Apache.Arrow;
using Lake.Columns;
using Lake.Types;

namespace Lake.Query;

/// <summary>Rows of a few simple columns that are made one by one. Used by one thread.</summary>
internal sealed class ListedRows
{
    private readonly List<object?[]> _rows = [];

    public ListedRows(params (string Name, PrimitiveType Type)[] columns) => Schema = new TableSchema(0, [.. columns.Select((c, i) => NestedField.Optional(i + 1, c.Name, c.Type))]);

    public TableSchema Schema { get; }

    /// <summary>Adds a row: a value a column, whole numbers as its type has them.</summary>
    public void Add(params object?[] row) => _rows.Add(row);

    public RecordBatch ToBatch() => new(ArrowSchema.Of(Schema), Schema.Fields.Select((f, i) => Array((PrimitiveType)f.Type, i)), _rows.Count);

    private IArrowArray Array(PrimitiveType type, int column)
    {
        switch (type.Kind)
        {
            case TypeKind.String:
                var texts = new StringArray.Builder();
                foreach (var row in _rows) texts.Append((string?)row[column]);
                return texts.Build();
            case TypeKind.Int:
                var ints = new Int32Array.Builder();
                foreach (var row in _rows) ints.Append((int?)row[column]);
                return ints.Build();
            case TypeKind.Boolean:
                var flags = new BooleanArray.Builder();
                foreach (var row in _rows) flags.Append((bool)row[column]!);
                return flags.Build();
            default:
                var longs = new Int64Array.Builder();
                foreach (var row in _rows) longs.Append((long?)row[column]);
                var data = longs.Build().Data;
                // Times are numbers under another name.
                return ArrowArrayFactory.BuildArray(new ArrayData(ArrowSchema.Of((IcebergType)type), data.Length, data.NullCount, 0, data.Buffers));
        }
    }
}

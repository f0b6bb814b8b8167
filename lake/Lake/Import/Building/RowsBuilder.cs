// Hot path: every row that is imported from text passes here.
using Apache.Arrow;
using Lake.Columns;
using Lake.Import.Sources;
using Lake.Types;

namespace Lake.Import.Building;

/// <summary>Collects rows, column by column, until they become a batch; a bad row is taken back as a whole. Owned by one thread.</summary>
internal sealed class RowsBuilder
{
    private readonly Schema _schema;

    public RowsBuilder(IReadOnlyList<NestedField> columns, ReadTarget target)
    {
        Columns = [.. columns.Select(c => ColumnBuilders.Of(c, c.Name, target.JsonColumns, target.IgnoresUnknown))];
        _schema = ArrowSchema.Of(columns);
    }

    public IReadOnlyList<ColumnBuilder> Columns { get; }

    /// <summary>Rows that are whole.</summary>
    public int Count { get; private set; }

    /// <summary>Every column has got a value: the row counts.</summary>
    public void Keep() => Count++;

    /// <summary>Forgets what columns got of the row that is not whole.</summary>
    public void TakeBack()
    {
        foreach (var column in Columns) column.Truncate(Count);
    }

    /// <summary>The rows; there are none afterwards.</summary>
    public RecordBatch Build()
    {
        var batch = new RecordBatch(_schema, Columns.Select(c => ArrowArrayFactory.BuildArray(c.Build())), Count);
        Count = 0;
        return batch;
    }
}

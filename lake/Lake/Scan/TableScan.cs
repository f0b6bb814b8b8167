using System.Runtime.CompilerServices;
using Apache.Arrow;
using Lake.Expressions;
using Lake.Files.Parquet;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Scan;

/// <summary>Rows of a table at one snapshot: chosen columns, rows that match a filter. Immutable, thread-safe.</summary>
public sealed class TableScan
{
    private readonly Table _table;
    private readonly Snapshot? _snapshot;
    private readonly BoundFilter _filter;
    private readonly FileRows _rows;

    private TableScan(Table table, Snapshot? snapshot, TableSchema schema, BoundFilter filter, IReadOnlyList<NestedField> columns) =>
        (_table, _snapshot, Schema, _filter, Columns, _rows) = (table, snapshot, schema, filter, columns, new FileRows(table, schema));

    /// <summary>The table's columns at the snapshot.</summary>
    public TableSchema Schema { get; }

    /// <summary>The columns of the result.</summary>
    public IReadOnlyList<NestedField> Columns { get; }

    /// <param name="table">The table.</param>
    /// <param name="request">What of it.</param>
    /// <exception cref="LakeFormatException">There is no such snapshot, branch, tag or time.</exception>
    /// <exception cref="FilterException">A column is not there, or a value does not fit it.</exception>
    public static TableScan Of(Table table, ScanRequest request)
    {
        var (snapshot, schema) = SnapshotChoice.Of(table.Metadata, request);
        var columns = request.Columns is null ? schema.Fields : [.. request.Columns.Select(name => schema.Struct.Find(name) ?? throw new FilterException($"column is '{name}'; the table has no column of that name"))];
        return new TableScan(table, snapshot, schema, FilterBinder.Bind(request.Filter, schema), columns);
    }

    /// <summary>Finds the files to read.</summary>
    public Task<ScanPlan> PlanAsync(CancellationToken cancellation) => ScanPlanner.PlanAsync(_table, _snapshot, _filter, cancellation);

    /// <summary>The rows, file by file. Each batch is the caller's to dispose.</summary>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var plan = await PlanAsync(cancellation);
        foreach (var task in plan.Tasks)
        {
            await foreach (var batch in ReadAsync(task, cancellation)) yield return batch;
        }
    }

    /// <summary>The rows of one file. Each batch is the caller's to dispose.</summary>
    public IAsyncEnumerable<RecordBatch> ReadAsync(FileScanTask task, CancellationToken cancellation) => _rows.TakeAsync(task, Columns, cancellation);
}

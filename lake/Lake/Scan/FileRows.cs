using System.Runtime.CompilerServices;
using Apache.Arrow;
using Lake.Expressions;
using Lake.Files.Parquet;
using Lake.Manifests;
using Lake.Types;

namespace Lake.Scan;

/// <summary>Rows of one data file that are neither deleted nor ruled out by the filter. Stateless.</summary>
internal sealed class FileRows(Table table, TableSchema schema)
{
    /// <summary>The file's batches over the columns, each with the rows that stay; null for all of them. Each batch is the caller's to dispose.</summary>
    public async IAsyncEnumerable<(RecordBatch Batch, int[]? Rows)> ReadAsync(FileScanTask task, IReadOnlyList<NestedField> columns, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (task.File.Format is not ("PARQUET" or "parquet")) throw new LakeFormatException($"{task.File.Path} is a data file of format {task.File.Format}; PARQUET is read here");
        var deleted = await DeletedAsync(task, cancellation);
        // What the filter asks about is read too, behind the columns of the result, and left out of it.
        var asked = task.Filter.FieldIds().Distinct().Select(Column).Where(c => !columns.Contains(c)).Distinct().ToList();
        IReadOnlyList<NestedField> all = asked.Count == 0 ? columns : [.. columns, .. asked];
        var evaluator = task.Filter is BoundFilter.Constant ? null : new RowEvaluator(task.Filter, all);
        using var reader = await ParquetDataReader.OpenAsync(table.Storage, task.File.Path, cancellation);
        await foreach (var (batch, position) in reader.ReadAsync(all, null, cancellation))
        {
            var matches = evaluator?.Evaluate(batch);
            yield return (Narrowed(batch, columns), Staying(batch.Length, position, matches, deleted));
        }
    }

    private async Task<bool[]?> DeletedAsync(FileScanTask task, CancellationToken cancellation)
    {
        if (task.Deletes.Count == 0) return null;
        var deleted = new bool[task.File.RecordCount];
        foreach (var deletes in task.Deletes)
        {
            if (deletes.Content != FileContent.PositionDeletes) throw new LakeFormatException($"{deletes.Path} deletes rows by equality; this version reads position deletes alone");
            await PositionDeletes.MarkAsync(table.Storage, deletes, task.File, deleted, cancellation);
        }
        return deleted;
    }

    // The column that a field is or stands in.
    private NestedField Column(int fieldId)
    {
        var id = fieldId;
        while (schema.Parent(id) is { } parent) id = parent.Id;
        return schema.Find(id)!;
    }

    private static RecordBatch Narrowed(RecordBatch batch, IReadOnlyList<NestedField> columns)
    {
        if (batch.ColumnCount == columns.Count) return batch;
        return new RecordBatch(Lake.Columns.ArrowSchema.Of(columns), Enumerable.Range(0, columns.Count).Select(batch.Column), batch.Length);
    }

    private static int[]? Staying(int length, long position, bool[]? matches, bool[]? deleted)
    {
        if (matches is null && deleted is null) return null;
        var rows = new int[length];
        var count = 0;
        for (var i = 0; i < length; i++)
        {
            if (matches?[i] != false && deleted?[position + i] != true) rows[count++] = i;
        }
        return count == length ? null : rows[..count];
    }
}

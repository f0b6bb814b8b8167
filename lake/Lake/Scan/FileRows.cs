using System.Runtime.CompilerServices;
using Apache.Arrow;
using Lake.Expressions;
using Lake.Files.Parquet;
using Lake.Keys;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Scan;

/// <summary>Rows of data files that are neither deleted nor ruled out by the filter. Thread-safe; keeps the equality deletes that it read.</summary>
internal sealed class FileRows(Table table, TableSchema schema)
{
    private readonly EqualityDeletes _equality = new(table, schema);
    private readonly NameMapping? _mapping = NameMapping.Of(table.Metadata);

    /// <summary>One file's batches over the columns, each with the rows that stay. Each batch is the caller's to dispose.</summary>
    /// <exception cref="LakeFormatException">A file is damaged or gone; the message says what to do.</exception>
    public async IAsyncEnumerable<FileBatch> ReadAsync(FileScanTask task, IReadOnlyList<NestedField> columns, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var batches = ReadFileAsync(task, columns, cancellation).GetAsyncEnumerator(cancellation);
        while (await Damage.ToldAsync(table, () => batches.MoveNextAsync().AsTask(), cancellation)) yield return batches.Current;
    }

    private async IAsyncEnumerable<FileBatch> ReadFileAsync(FileScanTask task, IReadOnlyList<NestedField> columns, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (task.File.Format is not ("PARQUET" or "parquet")) throw new LakeFormatException($"{task.File.Path} is a data file of format {task.File.Format}; PARQUET is read here");
        var deleted = await DeletedAsync(task, cancellation);
        var keys = await _equality.OfAsync(task, cancellation);
        // What filter and deletes ask about is read too, behind the columns of the result, and left out of it.
        var asked = task.Filter.FieldIds().Distinct().Select(Column).Concat(keys.SelectMany(k => k.Columns)).Where(c => !columns.Contains(c)).Distinct().ToList();
        IReadOnlyList<NestedField> all = asked.Count == 0 ? columns : [.. columns, .. asked];
        var evaluator = task.Filter is BoundFilter.Constant { Value: true } ? null : new RowEvaluator(task.Filter, all);
        var encoders = keys.Select(k => (Encoder: new KeyEncoder(all, k.Ids), k.Sets)).ToList();
        using var reader = await ParquetDataReader.OpenAsync(table.Storage, task.File.Path, _mapping, cancellation);
        var constants = IdentityColumns.Of(table.Metadata, task.File, all, reader.Has);
        await foreach (var (read, position) in reader.ReadAsync(constants.Others, null, cancellation))
        {
            var batch = constants.Fill(read);
            var matches = evaluator?.Evaluate(batch);
            foreach (var (encoder, sets) in encoders) matches = Without(batch, encoder, sets, matches);
            yield return new FileBatch(Narrowed(batch, columns), position, Staying(batch.Length, position, matches, deleted));
        }
    }

    /// <summary>One file's rows that stay, without those that do not. Each batch is the caller's to dispose.</summary>
    public async IAsyncEnumerable<RecordBatch> TakeAsync(FileScanTask task, IReadOnlyList<NestedField> columns, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (batch, _, rows) in ReadAsync(task, columns, cancellation))
        {
            if (rows is null)
            {
                yield return batch;
                continue;
            }
            using (batch)
            {
                if (rows.Length > 0) yield return Lake.Columns.ArrowTake.Take(batch, rows);
            }
        }
    }

    private async Task<bool[]?> DeletedAsync(FileScanTask task, CancellationToken cancellation)
    {
        bool[]? deleted = null;
        foreach (var deletes in task.Deletes)
        {
            if (deletes.Content != FileContent.PositionDeletes) continue;
            await PositionDeletes.MarkAsync(table.Storage, deletes, task.File, deleted ??= new bool[task.File.RecordCount], cancellation);
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

    private static bool[] Without(RecordBatch batch, KeyEncoder encoder, IReadOnlyList<KeySet> sets, bool[]? matches)
    {
        if (matches is null) System.Array.Fill(matches = new bool[batch.Length], true);
        encoder.Bind(batch);
        for (var row = 0; row < matches.Length; row++)
        {
            if (!matches[row]) continue;
            var key = encoder.Key(row, out _);
            for (var s = 0; s < sets.Count && matches[row]; s++) matches[row] = !sets[s].Contains(key);
        }
        return matches;
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

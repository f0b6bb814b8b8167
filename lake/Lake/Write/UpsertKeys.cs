using Lake.Columns;
using Lake.Expressions;
using Lake.Files.Parquet;
using Lake.Keys;
using Lake.Manifests;
using Lake.Types;
using Lake.Values;

namespace Lake.Write;

/// <summary>The keys of an upsert's new rows, read back from the files that were written of them, so that no more of them are held at once than memory is given. Used by one thread.</summary>
/// <param name="table">The table that they were written for.</param>
/// <param name="added">The files.</param>
/// <param name="ids">Field ids of the key.</param>
internal sealed class UpsertKeys(Table table, IReadOnlyList<DataFile> added, IReadOnlyList<int> ids)
{
    /// <summary>Keys up to which each is looked for in bounds of files, instead of their range. 100: each is compared with each file's bounds.</summary>
    private const int MaxListed = 100;

    private readonly IReadOnlyList<NestedField> _columns = KeyColumns.Of(table.Metadata, table.Schema, ids);
    private readonly long _rows = added.Sum(f => f.RecordCount);

    /// <summary>The columns of the key, cut down to its fields.</summary>
    public IReadOnlyList<NestedField> Columns => _columns;

    /// <summary>Takes keys from a row on, as many as fit, and looks for them in all rows behind.</summary>
    /// <param name="first">The row, counted through all files.</param>
    /// <param name="maxBytes">Memory of the keys at most, about; one key at least is taken.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The keys, and the first row that was not taken; null for none.</returns>
    /// <exception cref="LakeFormatException">A key stands twice or has a null.</exception>
    public async Task<(KeySet Keys, long? Next)> LoadAsync(long first, long maxBytes, CancellationToken cancellation)
    {
        var keys = new KeySet();
        long? next = null;
        var fileStart = 0L;
        foreach (var file in added)
        {
            var begin = fileStart;
            fileStart += file.RecordCount;
            if (fileStart <= first) continue;
            var encoder = new KeyEncoder(_columns, ids);
            using var reader = await ParquetDataReader.OpenAsync(table.Storage, file.Path, cancellation);
            await foreach (var (batch, position) in reader.ReadAsync(_columns, null, cancellation))
            {
                using (batch)
                {
                    encoder.Bind(batch);
                    for (var row = (int)Math.Clamp(first - begin - position, 0, batch.Length); row < batch.Length; row++)
                    {
                        var key = encoder.Key(row, out var nullField);
                        if (nullField >= 0) throw new LakeFormatException($"key column '{table.Schema.FullName(ids[nullField])}' is null in rows to upsert; a key must have a value");
                        if (next is null && keys.Count > 0 && keys.Bytes >= maxBytes) next = begin + position + row;
                        if (next is null ? !keys.Add(key) : keys.Contains(key)) throw new LakeFormatException($"rows to upsert have the key {Text(batch, row)} twice; {Names()} must tell them apart");
                    }
                }
            }
        }
        return (keys, next);
    }

    /// <summary>A filter that every row with one of the keys matches, and others perhaps too.</summary>
    public async Task<BoundFilter> RangeAsync(CancellationToken cancellation)
    {
        if (ids.Count == 1 && _rows <= MaxListed) return new BoundFilter.Predicate(PredicateOp.In, Field(ids[0]), Name(ids[0]), await ListAsync(cancellation));
        BoundFilter? filter = null;
        foreach (var id in ids)
        {
            if (Bounds(id) is not var (lower, upper)) continue;
            var range = new BoundFilter.And(
                new BoundFilter.Predicate(PredicateOp.GreaterOrEqual, Field(id), Name(id), [lower]),
                new BoundFilter.Predicate(PredicateOp.LessOrEqual, Field(id), Name(id), [upper]));
            filter = filter is null ? range : new BoundFilter.And(filter, range);
        }
        return filter ?? new BoundFilter.Constant(true);
    }

    private string Text(Apache.Arrow.RecordBatch batch, int row) => string.Join(", ", ids.Select(id =>
    {
        var type = (PrimitiveType)Field(id).Type;
        return $"{Name(id)} = {ValueText.Write(type, Value(batch, FieldPath.To(_columns, id)!, type, row))}";
    }));

    private static object Value(Apache.Arrow.RecordBatch batch, IReadOnlyList<int> path, PrimitiveType type, int row) =>
        ArrowValue.Get(path.Skip(1).Aggregate(batch.Column(path[0]), (a, step) => ((Apache.Arrow.StructArray)a).Fields[step]), type, row)!;

    private async Task<IReadOnlyList<object>> ListAsync(CancellationToken cancellation)
    {
        var values = new List<object>();
        var path = FieldPath.To(_columns, ids[0])!;
        foreach (var file in added)
        {
            using var reader = await ParquetDataReader.OpenAsync(table.Storage, file.Path, cancellation);
            await foreach (var (batch, _) in reader.ReadAsync(_columns, null, cancellation))
            {
                using (batch)
                {
                    for (var row = 0; row < batch.Length; row++) values.Add(Value(batch, path, (PrimitiveType)Field(ids[0]).Type, row));
                }
            }
        }
        return values;
    }

    // Null where the files' metrics do not tell.
    private (object Lower, object Upper)? Bounds(int id)
    {
        var type = (PrimitiveType)Field(id).Type;
        object? lower = null, upper = null;
        foreach (var file in added)
        {
            if (!file.LowerBounds.TryGet(id, out var low) || !file.UpperBounds.TryGet(id, out var high)) return null;
            var (from, to) = (SingleValue.Decode(type, low), SingleValue.Decode(type, high));
            if (lower is null || SingleValue.Compare(type, from, lower) < 0) lower = from;
            if (upper is null || SingleValue.Compare(type, to, upper) > 0) upper = to;
        }
        return (lower!, upper!);
    }

    private NestedField Field(int id) => table.Schema.Find(id) ?? throw new LakeFormatException($"key field id is {id}; table {table.Name} has no column of that id any more");

    private string Name(int id) => table.Schema.FullName(id)!;

    private string Names() => (ids.Count == 1 ? "key column " : "key columns ") + string.Join(", ", ids.Select(id => $"'{Name(id)}'"));
}

using System.Collections.Concurrent;
using Lake.Files.Parquet;
using Lake.Keys;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Scan;

/// <summary>Equality deletes of a scan: each file is read once and kept, as it may be about many data files. Thread-safe.</summary>
internal sealed class EqualityDeletes(Table table, TableSchema schema)
{
    private readonly ConcurrentDictionary<string, KeySet> _loaded = new(StringComparer.Ordinal);

    /// <summary>The values that delete rows of a file, those over the same fields together.</summary>
    /// <exception cref="LakeFormatException">A delete file is damaged or asks for what a row has not one of.</exception>
    public async Task<IReadOnlyList<DeletedKeys>> OfAsync(FileScanTask task, CancellationToken cancellation)
    {
        var found = new List<DeletedKeys>();
        foreach (var group in task.Deletes.Where(d => d.Content == FileContent.EqualityDeletes).GroupBy(Ids, (ids, files) => (Ids: ids, Files: files), IdsComparer.Instance))
        {
            var columns = KeyColumns.Of(table.Metadata, schema, group.Ids);
            var sets = new List<KeySet>();
            foreach (var file in group.Files) sets.Add(await LoadAsync(file, columns, group.Ids, cancellation));
            found.Add(new DeletedKeys(columns, group.Ids, sets));
        }
        return found;
    }

    private async Task<KeySet> LoadAsync(DataFile deletes, IReadOnlyList<NestedField> columns, int[] ids, CancellationToken cancellation)
    {
        if (_loaded.TryGetValue(deletes.Path, out var known)) return known;
        if (deletes.Format is not ("PARQUET" or "parquet")) throw new LakeFormatException($"{deletes.Path} is a delete file of format {deletes.Format}; PARQUET is read here");
        var keys = new KeySet();
        var encoder = new KeyEncoder(columns, ids);
        using var reader = await ParquetDataReader.OpenAsync(table.Storage, deletes.Path, NameMapping.Of(table.Metadata), cancellation);
        await foreach (var (batch, _) in reader.ReadAsync(columns, null, cancellation))
        {
            using (batch)
            {
                encoder.Bind(batch);
                for (var row = 0; row < batch.Length; row++) keys.Add(encoder.Key(row, out _));
            }
        }
        return _loaded.GetOrAdd(deletes.Path, keys);
    }

    private static int[] Ids(DataFile deletes) =>
        deletes.EqualityIds is { Count: > 0 } ids ? [.. ids.Order()] : throw new LakeFormatException($"{deletes.Path} deletes rows by equality and has no equality_ids; it must name the fields to compare");

    private sealed class IdsComparer : IEqualityComparer<int[]>
    {
        public static readonly IdsComparer Instance = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj) => HashCode.Combine(obj.Length, obj[0]);
    }
}

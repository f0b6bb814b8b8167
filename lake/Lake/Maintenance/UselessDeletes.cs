using Lake.Files.Parquet;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;

namespace Lake.Maintenance;

/// <summary>Finds delete files that apply to no row of a snapshot: those of files that were rewritten since. Stateless.</summary>
internal static class UselessDeletes
{
    /// <param name="table">The table.</param>
    /// <param name="head">The snapshot.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="LakeFormatException">A manifest or a delete file is damaged or gone; the message says what to do.</exception>
    public static Task<IReadOnlyList<DataFile>> FindAsync(Table table, Snapshot head, CancellationToken cancellation) => Damage.ToldAsync(table, () => ReadAsync(table, head, cancellation), cancellation);

    private static async Task<IReadOnlyList<DataFile>> ReadAsync(Table table, Snapshot head, CancellationToken cancellation)
    {
        var manifests = await ManifestFiles.ListAsync(table.Storage, table.Metadata, head, cancellation);
        if (!manifests.Exists(m => m.Content == ManifestContent.Deletes && m.HasAliveFiles)) return [];
        var (data, deletes, index) = (new List<ManifestEntry>(), new List<DataFile>(), new DeleteIndex(table.Metadata));
        foreach (var manifest in manifests.Where(m => m.HasAliveFiles))
        {
            foreach (var entry in (await ManifestFiles.EntriesAsync(table.Storage, table.Metadata, manifest, cancellation)).Where(e => e.IsAlive))
            {
                if (entry.File.Content == FileContent.Data)
                {
                    data.Add(entry);
                    continue;
                }
                index.Add(entry);
                deletes.Add(entry.File);
            }
        }
        var applied = data.SelectMany(index.For).Select(d => d.Path).ToHashSet(StringComparer.Ordinal);
        var paths = data.Select(d => d.File.Path).ToHashSet(StringComparer.Ordinal);
        var useless = new List<DataFile>();
        foreach (var file in deletes)
        {
            if (!applied.Contains(file.Path) || !await NamesOneOfAsync(table, file, paths, cancellation)) useless.Add(file);
        }
        return useless;
    }

    // Bounds of position deletes about several files span others' paths: only their own paths tell.
    private static async Task<bool> NamesOneOfAsync(Table table, DataFile deletes, HashSet<string> paths, CancellationToken cancellation)
    {
        if (deletes.Content != FileContent.PositionDeletes) return true;
        if (PositionDeletes.OnlyFile(deletes) is { } one) return paths.Contains(one);
        using var reader = await ParquetDataReader.OpenAsync(table.Storage, deletes.Path, cancellation);
        await foreach (var (batch, _) in reader.ReadAsync([PositionDeletes.Schema.Fields[0]], null, cancellation))
        {
            using (batch)
            {
                var named = (Apache.Arrow.StringArray)batch.Column(0);
                for (var i = 0; i < batch.Length; i++)
                {
                    if (paths.Contains(named.GetString(i))) return true;
                }
            }
        }
        return false;
    }
}

using Lake.Manifests;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Maintenance;

/// <summary>Finds what snapshots that go leave behind: files that no snapshot that stays reaches. Stateless.</summary>
internal static class ExpiredFiles
{
    /// <param name="storage">Where the files are.</param>
    /// <param name="before">The table with all snapshots.</param>
    /// <param name="decision">What goes.</param>
    /// <param name="progress">Told how far it is; null for no one.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<ExpiryReport> FindAsync(ITableStorage storage, TableMetadata before, ExpiryDecision decision, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var files = new TableFiles(storage, before, progress);
        var kept = before.Snapshots.Where(s => !decision.Snapshots.Contains(s.SnapshotId)).ToList();
        var keptManifests = await files.ManifestsAsync(kept, cancellation);
        var gone = new Dictionary<string, ManifestFile>(StringComparer.Ordinal);
        var goneData = new HashSet<string>(StringComparer.Ordinal);
        foreach (var snapshot in before.Snapshots.Where(s => decision.Snapshots.Contains(s.SnapshotId)))
        {
            foreach (var manifest in await ListAsync(storage, before, snapshot, cancellation))
            {
                if (keptManifests.ContainsKey(manifest.Path) || !gone.TryAdd(manifest.Path, manifest)) continue;
                goneData.UnionWith(await PathsAsync(storage, before, manifest, cancellation));
            }
        }
        if (goneData.Count > 0) goneData.ExceptWith(await files.DataFilesAsync(keptManifests.Values, cancellation));
        var keptLists = kept.Select(s => s.ManifestList).ToHashSet(StringComparer.Ordinal);
        var lists = before.Snapshots.Where(s => decision.Snapshots.Contains(s.SnapshotId)).Select(s => s.ManifestList).OfType<string>().Where(l => !keptLists.Contains(l));
        return new ExpiryReport([.. decision.Snapshots.Order()], decision.Refs, [.. goneData.Order(StringComparer.Ordinal)], [.. gone.Keys], [.. lists]);
    }

    // What a snapshot that goes has lost already need not be found to be deleted; what a damaged file of it named is found as an orphan later.
    private static async Task<IReadOnlyList<ManifestFile>> ListAsync(ITableStorage storage, TableMetadata metadata, Snapshot snapshot, CancellationToken cancellation)
    {
        try
        {
            return await ManifestFiles.ListAsync(storage, metadata, snapshot, cancellation);
        }
        catch (Exception e) when (e is FileNotFoundException or LakeFormatException { Location: not null })
        {
            return [];
        }
    }

    private static async Task<IReadOnlyList<string>> PathsAsync(ITableStorage storage, TableMetadata metadata, ManifestFile manifest, CancellationToken cancellation)
    {
        try
        {
            return [.. (await ManifestFiles.EntriesAsync(storage, metadata, manifest, cancellation)).Where(e => e.IsAlive).Select(e => e.File.Path)];
        }
        catch (Exception e) when (e is FileNotFoundException or LakeFormatException { Location: not null })
        {
            return [];
        }
    }
}

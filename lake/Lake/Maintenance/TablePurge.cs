using Lake.Catalog;
using Lake.Commit;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;

namespace Lake.Maintenance;

/// <summary>Drops tables with their files. Stateless.</summary>
public static class TablePurge
{
    /// <summary>Takes a table out of its catalog, then deletes all files that its snapshots reach, and its metadata. False where there is no such table.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="name">The table.</param>
    /// <param name="progress">Told how far it is; null for no one.</param>
    /// <param name="cancellation">Ends it; once the table is out of the catalog, what is left of its files is no one's.</param>
    /// <exception cref="CatalogException">The table's <c>gc.enabled</c> is false.</exception>
    /// <exception cref="LakeFormatException">A file that tells what a snapshot has is damaged or gone: the table stays.</exception>
    public static async Task<bool> PurgeAsync(this ICatalog catalog, TableName name, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        if (await Table.LoadAsync(catalog, name, TimeProvider.System, cancellation) is not { } table) return false;
        Deletion.RefuseUnlessAllowed(table);
        var files = await Damage.ToldAsync(table, () => FilesAsync(table.Storage, table.Metadata, progress, cancellation), cancellation, $"Without its files the table can be dropped as it is: lake drop {name} --yes");
        if (!await catalog.DropAsync(name, cancellation)) return false;
        await Deletion.RunAsync(catalog.Storage, [.. files, .. MetadataFiles(table)], progress, cancellation);
        return true;
    }

    /// <summary>Drops a table that no one uses, with its files, and leaves it alone where others begin to use it at any moment of that.</summary>
    /// <param name="table">The table.</param>
    /// <param name="isUnused">Whether no one uses it; it has no branches or tags then.</param>
    /// <param name="cancellation">Ends it; what is left of its files by then is found as orphans, or no one's.</param>
    /// <returns>Whether it is gone.</returns>
    /// <exception cref="CatalogException">The table's <c>gc.enabled</c> is false.</exception>
    internal static async Task<bool> TryPurgeAsync(this Table table, Predicate<TableMetadata> isUnused, CancellationToken cancellation)
    {
        Deletion.RefuseUnlessAllowed(table);
        var before = table.Metadata;
        Table empty;
        try
        {
            // Without its snapshots first: a commit that comes from here on names none of the files that go.
            empty = await table.CommitAsync((metadata, builder) =>
            {
                if (!isUnused(metadata)) throw new CommitConflictException($"table {table.Name} is in use");
                before = metadata;
                builder.RemoveSnapshots(metadata.Snapshots.Select(s => s.SnapshotId).ToHashSet());
            }, cancellation);
        }
        catch (CommitConflictException)
        {
            return false;
        }
        // What a damaged file of it named stays, and is no one's.
        var files = await ExpiredFiles.FindAsync(table.Storage, before, new ExpiryDecision(before.Snapshots.Select(s => s.SnapshotId).ToHashSet(), []), null, cancellation);
        var isGone = await table.Catalog.TryDropAsync(table.Name, empty.Version, cancellation);
        await Deletion.RunAsync(table.Storage, [.. files.DataFiles, .. files.Manifests, .. files.ManifestLists, .. isGone ? MetadataFiles(empty) : []], null, cancellation);
        return isGone;
    }

    // What its snapshots reach, from the leaves up.
    private static async Task<IReadOnlyList<string>> FilesAsync(ITableStorage storage, TableMetadata metadata, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var files = new TableFiles(storage, metadata, progress);
        var manifests = await files.ManifestsAsync(metadata.Snapshots, cancellation);
        var data = await files.DataFilesAsync(manifests.Values, cancellation);
        return [.. data, .. manifests.Keys, .. metadata.Snapshots.Select(s => s.ManifestList).OfType<string>().Distinct()];
    }

    private static IEnumerable<string> MetadataFiles(Table table) => table.Metadata.MetadataLog.Select(e => e.MetadataFile).Append(table.Version.Location);
}

using Lake.Catalog;

namespace Lake.Maintenance;

/// <summary>Drops tables with their files. Stateless.</summary>
public static class TablePurge
{
    /// <summary>Takes a table out of its catalog, then deletes all files that its snapshots reach, and its metadata. False where there is no such table.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="name">The table.</param>
    /// <param name="progress">Told how far it is; null for no one.</param>
    /// <param name="cancellation">Ends it; once the table is out of the catalog, what is left of its files is no one's.</param>
    /// <exception cref="InvalidOperationException">The table's <c>gc.enabled</c> is false.</exception>
    public static async Task<bool> PurgeAsync(this ICatalog catalog, TableName name, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        if (await Table.LoadAsync(catalog, name, TimeProvider.System, cancellation) is not { } table) return false;
        Deletion.RefuseUnlessAllowed(table);
        var files = new TableFiles(catalog.Storage, table.Metadata, progress);
        var manifests = await files.ManifestsAsync(table.Metadata.Snapshots, cancellation);
        var data = await files.DataFilesAsync(manifests.Values, cancellation);
        if (!await catalog.DropAsync(name, cancellation)) return false;
        string[] metadata = [.. table.Metadata.Snapshots.Select(s => s.ManifestList).OfType<string>().Distinct(), .. table.Metadata.MetadataLog.Select(e => e.MetadataFile), table.Version.Location];
        await Deletion.RunAsync(catalog.Storage, [.. data, .. manifests.Keys, .. metadata], progress, cancellation);
        return true;
    }
}

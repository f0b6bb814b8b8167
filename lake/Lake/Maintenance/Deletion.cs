using Lake.Catalog;
using Lake.Storage;

namespace Lake.Maintenance;

/// <summary>Deletes files of a table that nothing reaches, some at a time. Stateless.</summary>
internal static class Deletion
{
    /// <summary>Files of one call to the storage: S3's own limit for a request.</summary>
    private const int AtOnce = 1000;

    public static async Task RunAsync(ITableStorage storage, IReadOnlyCollection<string> files, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        var done = 0;
        foreach (var some in files.Chunk(AtOnce))
        {
            await storage.DeleteAsync(some, cancellation);
            done += some.Length;
            progress?.Report(new MaintenanceProgress("deleting files", done, files.Count));
        }
    }

    /// <exception cref="CatalogException">The table's owner wants no files deleted.</exception>
    public static void RefuseUnlessAllowed(Table table)
    {
        if (table.Metadata.Properties.GetValueOrDefault("gc.enabled") is { } text && text.Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            throw new CatalogException($"property gc.enabled of table {table.Name} is '{text}'; files of the table may be deleted only where it is not, as another table may have them too");
        }
    }
}

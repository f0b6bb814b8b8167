using Lake.Manifests;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Maintenance;

/// <summary>Finds the files that snapshots of a table reach. Thread-safe, stateless.</summary>
internal sealed class TableFiles(ITableStorage storage, TableMetadata metadata, IProgress<MaintenanceProgress>? progress)
{
    /// <summary>Manifests of snapshots, each once.</summary>
    /// <param name="snapshots">The snapshots.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<Dictionary<string, ManifestFile>> ManifestsAsync(IReadOnlyCollection<Snapshot> snapshots, CancellationToken cancellation)
    {
        var manifests = new Dictionary<string, ManifestFile>(StringComparer.Ordinal);
        var done = 0;
        foreach (var snapshot in snapshots)
        {
            foreach (var manifest in await ManifestFiles.ListAsync(storage, metadata, snapshot, cancellation)) manifests.TryAdd(manifest.Path, manifest);
            progress?.Report(new MaintenanceProgress("reading manifest lists", ++done, snapshots.Count));
        }
        return manifests;
    }

    /// <summary>Paths of files that manifests hold as living.</summary>
    /// <param name="manifests">The manifests.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<HashSet<string>> DataFilesAsync(IReadOnlyCollection<ManifestFile> manifests, CancellationToken cancellation)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        var done = 0;
        foreach (var manifest in manifests)
        {
            foreach (var entry in await ManifestFiles.EntriesAsync(storage, metadata, manifest, cancellation))
            {
                if (entry.IsAlive) files.Add(entry.File.Path);
            }
            progress?.Report(new MaintenanceProgress("reading manifests", ++done, manifests.Count));
        }
        return files;
    }
}

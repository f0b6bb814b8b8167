using Lake.Manifests;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Scan;

/// <summary>Finds which snapshots of a table need a file that is damaged or gone, and which are whole without it. Used by one thread.</summary>
/// <param name="storage">Where the table is.</param>
/// <param name="metadata">The table.</param>
/// <param name="damaged">The file.</param>
internal sealed class DamageSearch(ITableStorage storage, TableMetadata metadata, string damaged)
{
    /// <summary>Manifests that are read at most. 1,000: some seconds on S3, and this comes after an error only.</summary>
    private const int MaxManifests = 1000;

    /// <summary>Files that are looked for at most. 1,000, as manifests.</summary>
    private const int MaxFiles = 1000;

    private readonly Dictionary<string, IReadOnlyList<string>?> _manifests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _files = new(StringComparer.Ordinal);

    /// <summary>Whether all that was asked could be looked at.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>What the file is to a snapshot that needs it.</summary>
    public string Kind { get; private set; } = "file";

    public async Task<SnapshotState> StateAsync(Snapshot snapshot, CancellationToken cancellation)
    {
        if (snapshot.ManifestList == damaged) return Needed("manifest list");
        if (await TriedAsync(() => ManifestFiles.ListAsync(storage, metadata, snapshot, cancellation)) is not { } manifests) return SnapshotState.Broken;
        if (manifests.Exists(m => m.Path == damaged)) return Needed("manifest");
        var (isBroken, paths) = (false, new List<string>());
        foreach (var manifest in manifests.Where(m => m.HasAliveFiles))
        {
            if (_manifests.Count >= MaxManifests && !_manifests.ContainsKey(manifest.Path))
            {
                IsComplete = false;
                continue;
            }
            if (!_manifests.TryGetValue(manifest.Path, out var files)) _manifests[manifest.Path] = files = await FilesAsync(manifest, cancellation);
            if (files is null) isBroken = true;
            else if (files.Contains(damaged)) return Needed("file");
            else paths.AddRange(files);
        }
        return isBroken ? SnapshotState.Broken : await LookForAsync(paths, cancellation);
    }

    private SnapshotState Needed(string kind)
    {
        Kind = kind;
        return SnapshotState.Needs;
    }

    private async Task<SnapshotState> LookForAsync(List<string> paths, CancellationToken cancellation)
    {
        var state = IsComplete ? SnapshotState.Whole : SnapshotState.SeemsWhole;
        foreach (var path in paths)
        {
            if (!_files.TryGetValue(path, out var isThere))
            {
                if (_files.Count >= MaxFiles)
                {
                    state = SnapshotState.SeemsWhole;
                    continue;
                }
                _files[path] = isThere = await storage.ExistsAsync(path, cancellation);
            }
            if (!isThere) return SnapshotState.Broken;
        }
        return state;
    }

    private async Task<IReadOnlyList<string>?> FilesAsync(ManifestFile manifest, CancellationToken cancellation) =>
        (await TriedAsync(() => ManifestFiles.EntriesAsync(storage, metadata, manifest, cancellation)))?.Where(e => e.IsAlive).Select(e => e.File.Path).ToList();

    // Null where it is damaged or gone.
    private static async Task<T?> TriedAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is LakeFormatException or FileNotFoundException)
        {
            return null;
        }
    }
}

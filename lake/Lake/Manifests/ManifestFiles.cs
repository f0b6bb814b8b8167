using System.Globalization;
using Lake.Files.Avro;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Manifests;

/// <summary>Reads manifests and manifest lists of a table, and writes lists. Thread-safe, stateless.</summary>
internal static class ManifestFiles
{
    /// <summary>The manifests of a snapshot.</summary>
    /// <exception cref="LakeFormatException">A list is damaged.</exception>
    public static async Task<List<ManifestFile>> ListAsync(ITableStorage storage, TableMetadata metadata, Snapshot snapshot, CancellationToken cancellation)
    {
        if (snapshot.ManifestList is not { } list)
        {
            var inline = new List<ManifestFile>();
            foreach (var manifest in snapshot.Manifests)
            {
                var bytes = await storage.ReadAsync(manifest, cancellation);
                inline.Add(new ManifestFile { Path = manifest, Length = bytes.Length, SpecId = metadata.DefaultSpecId, AddedSnapshotId = snapshot.SnapshotId });
            }
            return inline;
        }
        return AvroContainer.Read(list, await storage.ReadAsync(list, cancellation), schema => new ManifestFileReader(schema));
    }

    /// <summary>The entries of a manifest.</summary>
    /// <exception cref="LakeFormatException">It is damaged.</exception>
    public static async Task<List<ManifestEntry>> EntriesAsync(ITableStorage storage, TableMetadata metadata, ManifestFile manifest, CancellationToken cancellation)
    {
        var entries = new List<ManifestEntry>((manifest.AddedFilesCount ?? 0) + (manifest.ExistingFilesCount ?? 0));
        await VisitAsync(storage, metadata, manifest, null, e => entries.Add(e!), cancellation);
        return entries;
    }

    /// <summary>The entries of a manifest, one by one.</summary>
    /// <param name="storage">Where it is.</param>
    /// <param name="metadata">The table.</param>
    /// <param name="manifest">Its line in the list.</param>
    /// <param name="isWanted">Whether living files of a partition are wanted; null for all.</param>
    /// <param name="visit">Given each entry; null for a living one that is not wanted.</param>
    /// <param name="cancellation">Ends the wait for the storage.</param>
    /// <exception cref="LakeFormatException">It is damaged.</exception>
    public static async Task VisitAsync(ITableStorage storage, TableMetadata metadata, ManifestFile manifest, Func<PartitionTuple, bool>? isWanted, Action<ManifestEntry?> visit, CancellationToken cancellation)
    {
        var partition = metadata.PartitionType(manifest.SpecId);
        var bytes = await storage.ReadAsync(manifest.Path, cancellation);
        if (bytes.Length < manifest.Length) throw new LakeFormatException($"{manifest.Path} has {bytes.Length} bytes; its list says {manifest.Length}: it was cut off") { Location = manifest.Path };
        AvroContainer.Visit(manifest.Path, bytes, schema => new ManifestEntryReader(schema, manifest, partition, isWanted), visit);
    }

    /// <summary>Writes the manifest list of a snapshot.</summary>
    public static async Task WriteListAsync(ITableStorage storage, string location, Snapshot snapshot, IReadOnlyCollection<ManifestFile> manifests, CancellationToken cancellation)
    {
        var properties = new List<KeyValuePair<string, string>>
        {
            new("snapshot-id", Text(snapshot.SnapshotId)),
            new("parent-snapshot-id", snapshot.ParentSnapshotId is { } parent ? Text(parent) : "null"),
            new("sequence-number", Text(snapshot.SequenceNumber)),
            new("format-version", "2"),
        };
        await storage.WriteAsync(location, AvroContainer.Write(new ManifestFileWriter(), properties, manifests), cancellation);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

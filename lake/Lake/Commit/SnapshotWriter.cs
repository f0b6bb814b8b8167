using System.Globalization;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Commit;

/// <summary>Works a change out on one state of a table: the manifests and the list of its next snapshot. One try of a commit; used by one thread.</summary>
internal sealed class SnapshotWriter(ITableStorage storage, TableMetadata metadata, CommitOptions options)
{
    private readonly List<string> _written = [];

    /// <summary>Files that this try wrote; no one's if it fails.</summary>
    public IReadOnlyList<string> Written => _written;

    /// <summary>The next snapshot, with its manifests and list on the storage.</summary>
    /// <param name="change">The change.</param>
    /// <param name="nowMs">Its time, ms since 1970.</param>
    /// <param name="cancellation">Ends the wait for the storage.</param>
    /// <exception cref="CommitConflictException">The change does not hold on this state.</exception>
    public async Task<Snapshot> WriteAsync(TableChange change, long nowMs, CancellationToken cancellation)
    {
        var head = change.MayStartBranch && !metadata.Refs.ContainsKey(change.Branch) ? null : metadata.HeadOf(change.Branch);
        await ConflictCheck.RunAsync(storage, metadata, head, change, cancellation);
        var id = SnapshotIds.Next(metadata);
        var sequence = metadata.LastSequenceNumber + 1;
        var before = Regrouped(head is null ? [] : await ManifestFiles.ListAsync(storage, metadata, head, cancellation), change, id, sequence);
        var manifests = await AddAsync(change, id, sequence, cancellation);
        manifests.AddRange(await RemoveAsync(before, change, id, sequence, cancellation));
        manifests = await new ManifestMerger(storage, metadata, options, () => NextFile("m")).MergeAsync(manifests, id, sequence, cancellation);
        var list = NextFile($"snap-{id.ToString(CultureInfo.InvariantCulture)}");
        var snapshot = new Snapshot(id, head?.SnapshotId, sequence, nowMs, list, SnapshotSummary.Of(change, head, manifests)) { SchemaId = metadata.CurrentSchemaId };
        await ManifestFiles.WriteListAsync(storage, list, snapshot, manifests, cancellation);
        return snapshot;
    }

    // Manifests are named by the snapshot that they come with, which is another one with each try.
    private static List<ManifestFile> Regrouped(List<ManifestFile> before, TableChange change, long id, long sequence)
    {
        if (change.OldManifests.Count == 0) return before;
        var old = change.OldManifests.Select(m => m.Path).ToHashSet(StringComparer.Ordinal);
        var kept = before.Where(m => !old.Remove(m.Path)).ToList();
        if (old.Count > 0) throw new CommitConflictException($"{old.Count} of the manifests that the change replaces are no more in the table, {old.First()} among them");
        return [.. change.NewManifests.Select(m => m with { AddedSnapshotId = id, SequenceNumber = sequence }), .. kept];
    }

    private async Task<List<ManifestFile>> AddAsync(TableChange change, long id, long sequence, CancellationToken cancellation)
    {
        var manifests = new List<ManifestFile>();
        foreach (var group in change.Added.GroupBy(f => (f.SpecId, Content: f.Content == FileContent.Data ? ManifestContent.Data : ManifestContent.Deletes)))
        {
            var writer = Writer(group.Key.SpecId, group.Key.Content);
            foreach (var file in group)
            {
                var rows = group.Key.Content == ManifestContent.Data ? change.SequenceNumber : null;
                writer.Add(new ManifestEntry(EntryStatus.Added, id, rows, null, file));
            }
            manifests.Add(await writer.WriteAsync(storage, NextFile("m"), id, sequence, cancellation));
        }
        return manifests;
    }

    // Manifests with files that go are written anew; all others stay as they are.
    private async Task<List<ManifestFile>> RemoveAsync(List<ManifestFile> before, TableChange change, long id, long sequence, CancellationToken cancellation)
    {
        var alive = before.Where(m => m.HasAliveFiles).ToList();
        if (change.Removed.Count == 0) return alive;
        var missing = change.Removed.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var specs = change.Removed.Select(f => f.SpecId).ToHashSet();
        var manifests = new List<ManifestFile>(alive.Count);
        foreach (var manifest in alive)
        {
            if (missing.Count == 0 || !specs.Contains(manifest.SpecId))
            {
                manifests.Add(manifest);
                continue;
            }
            var entries = await ManifestFiles.EntriesAsync(storage, metadata, manifest, cancellation);
            if (!entries.Exists(e => e.IsAlive && missing.Contains(e.File.Path)))
            {
                manifests.Add(manifest);
                continue;
            }
            var writer = Writer(manifest.SpecId, manifest.Content);
            foreach (var entry in entries.Where(e => e.IsAlive))
            {
                writer.Add(missing.Remove(entry.File.Path) ? entry with { Status = EntryStatus.Deleted, SnapshotId = id } : entry with { Status = EntryStatus.Existing });
            }
            manifests.Add(await writer.WriteAsync(storage, NextFile("m"), id, sequence, cancellation));
        }
        if (missing.Count > 0) throw new CommitConflictException($"{missing.Count} of the files that the change replaces are no more in the table, {missing.First()} among them");
        return manifests;
    }

    private ManifestWriter Writer(int specId, ManifestContent content) => new(metadata.Spec(specId), metadata.SchemaFor(metadata.Spec(specId)), content);

    private string NextFile(string kind)
    {
        var file = $"{metadata.Location}/metadata/{kind}-{Guid.NewGuid():D}.avro";
        _written.Add(file);
        return file;
    }
}

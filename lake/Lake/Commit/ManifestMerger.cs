using Lake.Manifests;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Commit;

/// <summary>Puts small manifests together as a snapshot is made, so that their number grows slower than that of commits. Used by one thread.</summary>
internal sealed class ManifestMerger(ITableStorage storage, TableMetadata metadata, CommitOptions options, Func<string> nextFile)
{
    /// <summary>The manifests of a snapshot, small ones merged where there are enough of them.</summary>
    public async Task<List<ManifestFile>> MergeAsync(List<ManifestFile> manifests, long snapshotId, long sequenceNumber, CancellationToken cancellation)
    {
        var merged = new List<ManifestFile>(manifests.Count);
        foreach (var group in manifests.GroupBy(m => (m.SpecId, m.Content)))
        {
            var small = group.Where(m => m.Length < options.ManifestBytes).ToList();
            if (small.Count < options.MinManifestsToMerge)
            {
                merged.AddRange(group);
                continue;
            }
            merged.AddRange(group.Where(m => m.Length >= options.ManifestBytes));
            foreach (var bin in Bins(small))
            {
                merged.Add(bin.Count == 1 ? bin[0] : await MergeOneAsync(bin, snapshotId, sequenceNumber, cancellation));
            }
        }
        return merged;
    }

    // In their order, so that files of neighbouring commits, whose bounds are near, stay together.
    private IEnumerable<List<ManifestFile>> Bins(List<ManifestFile> manifests)
    {
        var bin = new List<ManifestFile>();
        var bytes = 0L;
        foreach (var manifest in manifests)
        {
            if (bin.Count > 0 && bytes + manifest.Length > options.ManifestBytes)
            {
                yield return bin;
                (bin, bytes) = ([], 0);
            }
            bin.Add(manifest);
            bytes += manifest.Length;
        }
        if (bin.Count > 0) yield return bin;
    }

    private async Task<ManifestFile> MergeOneAsync(List<ManifestFile> bin, long snapshotId, long sequenceNumber, CancellationToken cancellation)
    {
        var spec = metadata.Spec(bin[0].SpecId);
        var writer = new ManifestWriter(spec, metadata.SchemaFor(spec), bin[0].Content);
        foreach (var manifest in bin)
        {
            foreach (var entry in await ManifestFiles.EntriesAsync(storage, metadata, manifest, cancellation))
            {
                // What this very snapshot did stays told as its doing; what others removed has been told.
                if (entry.SnapshotId == snapshotId) writer.Add(entry.Status == EntryStatus.Added ? Own(entry) : entry);
                else if (entry.IsAlive) writer.Add(entry with { Status = EntryStatus.Existing });
            }
        }
        return await writer.WriteAsync(storage, nextFile(), snapshotId, sequenceNumber, cancellation);

        // Reading filled in the numbers of the commit that is going on; a compaction's own number differs and stays.
        ManifestEntry Own(ManifestEntry entry) => entry with { SequenceNumber = entry.SequenceNumber == sequenceNumber ? null : entry.SequenceNumber, FileSequenceNumber = null };
    }
}

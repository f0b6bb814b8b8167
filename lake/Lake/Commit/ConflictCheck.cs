using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;

namespace Lake.Commit;

/// <summary>
/// Whether a change still holds on a table that others have changed since. A change whose removed files got deletes, or are gone, does not: were it made, rows that someone
/// deleted would come back. Thread-safe, stateless.
/// </summary>
internal static class ConflictCheck
{
    /// <exception cref="CommitConflictException">It does not hold; the message says why.</exception>
    public static async Task RunAsync(ITableStorage storage, TableMetadata now, Snapshot? head, TableChange change, CancellationToken cancellation)
    {
        if (head is null || !change.IsBased || change.BasedOn == head.SnapshotId) return;
        var between = now.Ancestors(head.SnapshotId).TakeWhile(s => s.SnapshotId != change.BasedOn).ToList();
        if (between[^1].ParentSnapshotId != change.BasedOn) throw new CommitConflictException($"the snapshot that the change rests on, {change.BasedOn}, is no more in the table's history");
        var since = between.Select(s => s.SnapshotId).ToHashSet();
        var removed = change.Removed.Where(f => f.Content == FileContent.Data).Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var manifest in await ManifestFiles.ListAsync(storage, now, head, cancellation))
        {
            if (!since.Contains(manifest.AddedSnapshotId)) continue;
            foreach (var entry in await ManifestFiles.EntriesAsync(storage, now, manifest, cancellation))
            {
                if (entry.Status != EntryStatus.Added || entry.SnapshotId is not { } by || !since.Contains(by)) continue;
                if (entry.File.Content != FileContent.Data) CheckDeletes(entry.File, change, removed);
                else if (change.NoneAddedWhere is { } filter) CheckRows(now, entry.File, filter);
            }
        }
    }

    private static void CheckDeletes(DataFile deletes, TableChange change, HashSet<string> removed)
    {
        if (removed.Count == 0) return;
        var touches = deletes.ReferencedDataFile is { } one
            ? removed.Contains(one)
            // Without the name of one file, deletes may be about any file of their partition.
            : change.Removed.Exists(f => f.Content == FileContent.Data && (deletes.Partition.Values.Count == 0 || (f.SpecId == deletes.SpecId && f.Partition.Equals(deletes.Partition))));
        if (touches) throw new CommitConflictException("rows of files that the change rewrites were deleted since it was worked out");
    }

    private static void CheckRows(TableMetadata now, DataFile file, BoundFilter filter)
    {
        if (FileMatch.Of(now, file, filter) != Match.None) throw new CommitConflictException("rows that the change's filter may match were added since it was worked out");
    }
}

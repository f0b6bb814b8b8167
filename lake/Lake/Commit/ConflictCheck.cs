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
        if (!change.IsBased || change.BasedOn == head?.SnapshotId) return;
        var between = head is null ? [] : now.Ancestors(head.SnapshotId).TakeWhile(s => s.SnapshotId != change.BasedOn).ToList();
        if (between.Count == 0 || between[^1].ParentSnapshotId != change.BasedOn) throw new CommitConflictException($"the snapshot that the change rests on, {change.BasedOn}, is no more in the history of '{change.Branch}'");
        var removed = change.Removed.Where(f => f.Content == FileContent.Data).ToDictionary(f => f.Path, StringComparer.Ordinal);
        foreach (var snapshot in between)
        {
            // What a snapshot did stands in the manifests that came with it, and only there: later ones tell its files as existing, and no more of those that went.
            foreach (var manifest in await ManifestFiles.ListAsync(storage, now, snapshot, cancellation))
            {
                if (manifest.AddedSnapshotId != snapshot.SnapshotId) continue;
                foreach (var entry in await ManifestFiles.EntriesAsync(storage, now, manifest, cancellation))
                {
                    if (entry.Status != EntryStatus.Existing && entry.SnapshotId == snapshot.SnapshotId) Check(now, snapshot, entry, change, removed);
                }
            }
        }
    }

    private static void Check(TableMetadata now, Snapshot snapshot, ManifestEntry entry, TableChange change, Dictionary<string, DataFile> removed)
    {
        var file = entry.File;
        if (entry.Status == EntryStatus.Deleted)
        {
            if (change.MustStay.Contains(file.Path)) throw new CommitConflictException($"{file.Path}, whose rows the change deletes, was rewritten or removed since it was worked out");
        }
        else if (file.Content != FileContent.Data)
        {
            if (Touches(file, removed)) throw new CommitConflictException("rows of files that the change rewrites were deleted since it was worked out");
        }
        // Other files for the same rows are no new rows.
        else if (change.NoneAddedWhere is { } filter && snapshot.Operation != SnapshotOperation.Replace && FileMatch.Of(now, file, filter) != Match.None)
        {
            throw new CommitConflictException("rows that the change's filter may match were added since it was worked out");
        }
    }

    private static bool Touches(DataFile deletes, Dictionary<string, DataFile> removed)
    {
        if (removed.Count == 0) return false;
        if (deletes.Content == FileContent.PositionDeletes && PositionDeletes.OnlyFile(deletes) is { } one) return removed.ContainsKey(one);
        // Without the name of one file, deletes may be about any file of their partition.
        return removed.Values.Any(f =>
            (deletes.Partition.Values.Count == 0 || (f.SpecId == deletes.SpecId && f.Partition.Equals(deletes.Partition)))
            && (deletes.Content != FileContent.PositionDeletes || PositionDeletes.MayName(deletes, f.Path)));
    }
}

using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;

namespace Lake.Commit;

/// <summary>
/// Whether a change still holds on a table that others have changed since. A change whose removed files got deletes that would be lost, or are gone, does not: were it made, rows that
/// someone deleted would come back. Used by one thread.
/// </summary>
internal sealed class ConflictCheck
{
    private readonly TableMetadata _now;
    private readonly TableChange _change;
    private readonly Dictionary<string, DataFile> _removed;
    private readonly List<DataFile> _dropped;

    private ConflictCheck(TableMetadata now, TableChange change)
    {
        (_now, _change) = (now, change);
        _removed = change.Removed.Where(f => f.Content == FileContent.Data).ToDictionary(f => f.Path, StringComparer.Ordinal);
        _dropped = [.. change.Removed.Where(f => f.Content == FileContent.EqualityDeletes)];
    }

    /// <exception cref="CommitConflictException">It does not hold; the message says why.</exception>
    public static async Task RunAsync(ITableStorage storage, TableMetadata now, Snapshot? head, TableChange change, CancellationToken cancellation)
    {
        if (!change.IsBased || change.BasedOn == head?.SnapshotId) return;
        var between = head is null ? [] : now.Ancestors(head.SnapshotId).TakeWhile(s => s.SnapshotId != change.BasedOn).ToList();
        if (between.Count == 0 || between[^1].ParentSnapshotId != change.BasedOn) throw new CommitConflictException($"the snapshot that the change rests on, {change.BasedOn}, is no more in the history of '{change.Branch}'");
        var check = new ConflictCheck(now, change);
        foreach (var snapshot in between)
        {
            // What a snapshot did stands in the manifests that came with it, and only there: later ones tell its files as existing, and no more of those that went.
            foreach (var manifest in await ManifestFiles.ListAsync(storage, now, snapshot, cancellation))
            {
                if (manifest.AddedSnapshotId != snapshot.SnapshotId) continue;
                foreach (var entry in await ManifestFiles.EntriesAsync(storage, now, manifest, cancellation))
                {
                    if (entry.Status != EntryStatus.Existing && entry.SnapshotId == snapshot.SnapshotId) check.Run(snapshot, entry);
                }
            }
        }
    }

    private void Run(Snapshot snapshot, ManifestEntry entry)
    {
        var file = entry.File;
        if (entry.Status == EntryStatus.Deleted)
        {
            if (_change.MustStay.Contains(file.Path)) throw new CommitConflictException($"{file.Path}, whose rows the change deletes, was rewritten or removed since it was worked out");
        }
        else if (file.Content != FileContent.Data)
        {
            if (file.Content == FileContent.PositionDeletes ? PositionsTouch(file) : EqualityTouches(entry)) throw new CommitConflictException("rows of files that the change rewrites were deleted since it was worked out");
        }
        // Rows that keep an older number than their commit's: a delete that is about none of the files that were there may be about these.
        else if (entry.SequenceNumber < snapshot.SequenceNumber && _dropped.Exists(d => MayBeAbout(d, file)))
        {
            throw new CommitConflictException("rows of partitions whose deletes the change drops were rewritten since it was worked out");
        }
        // Other files for the same rows are no new rows.
        else if (_change.NoneAddedWhere is { } filter && snapshot.Operation != SnapshotOperation.Replace && FileMatch.Of(_now, file, filter) != Match.None)
        {
            throw new CommitConflictException("rows that the change's filter may match were added since it was worked out");
        }
    }

    private bool PositionsTouch(DataFile deletes)
    {
        if (PositionDeletes.OnlyFile(deletes) is { } one) return _removed.ContainsKey(one);
        // Without the name of one file, deletes may be about any file of their partition.
        return _removed.Values.Any(f => (deletes.Partition.Values.Count == 0 || (f.SpecId == deletes.SpecId && f.Partition.Equals(deletes.Partition))) && PositionDeletes.MayName(deletes, f.Path));
    }

    // Equality deletes apply to rows of a lower number, so that they go on applying to rewritten rows that keep theirs, where these stay in the deletes' reach.
    private bool EqualityTouches(ManifestEntry deletes)
    {
        var file = deletes.File;
        var isAboutRemoved = _removed.Values.Any(f => MayBeAbout(file, f));
        if (_change.SequenceNumber is not { } number || deletes.SequenceNumber <= number) return isAboutRemoved;
        var added = _change.Added.Where(f => f.Content == FileContent.Data).ToList();
        if (!isAboutRemoved && !added.Exists(f => MayBeAbout(file, f))) return false;
        // A column that was dropped is in no new file.
        var hasColumns = file.EqualityIds?.All(id => _now.CurrentSchema.Find(id) is not null) == true;
        // One spec keeps rows in their partitions.
        var isInReach = _now.Spec(file.SpecId).IsUnpartitioned || added.Concat(_removed.Values).All(f => f.SpecId == file.SpecId);
        return !hasColumns || !isInReach;
    }

    // By partition alone. Equality deletes of an unpartitioned spec are about all files.
    private bool MayBeAbout(DataFile equalityDeletes, DataFile data) =>
        _now.Spec(equalityDeletes.SpecId).IsUnpartitioned || (data.SpecId == equalityDeletes.SpecId && data.Partition.Equals(equalityDeletes.Partition));
}

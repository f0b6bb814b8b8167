namespace Lake.Manifests;

/// <summary>A line of a manifest: a file and what became of it. Immutable.</summary>
/// <param name="Status">What the snapshot did with it.</param>
/// <param name="SnapshotId">The snapshot that added or deleted it; null in a new manifest, whose entries inherit it.</param>
/// <param name="SequenceNumber">Of its rows: deletes of a higher one apply to them; null in a new manifest, whose entries inherit it.</param>
/// <param name="FileSequenceNumber">Of the commit that added the file; null in a new manifest.</param>
/// <param name="File">The file.</param>
public sealed record ManifestEntry(EntryStatus Status, long? SnapshotId, long? SequenceNumber, long? FileSequenceNumber, DataFile File)
{
    public bool IsAlive => Status != EntryStatus.Deleted;
}

namespace Lake.Metadata;

/// <summary>A name for a snapshot: a branch moves with commits, a tag stays.</summary>
/// <param name="SnapshotId">Where it points.</param>
/// <param name="IsBranch">Whether commits may move it.</param>
public sealed record SnapshotRef(long SnapshotId, bool IsBranch)
{
    /// <summary>The branch of reads and writes that name none.</summary>
    public const string Main = "main";

    /// <summary>Snapshots of a branch that expiry keeps at least; null for the table's setting.</summary>
    public int? MinSnapshotsToKeep { get; init; }

    /// <summary>Age in ms from which expiry may drop snapshots of a branch; null for the table's setting.</summary>
    public long? MaxSnapshotAgeMs { get; init; }

    /// <summary>Age in ms from which expiry drops the name itself; null for never.</summary>
    public long? MaxRefAgeMs { get; init; }
}

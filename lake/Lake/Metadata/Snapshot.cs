namespace Lake.Metadata;

/// <summary>The state of a table at one time: a list of manifests. Immutable.</summary>
/// <param name="SnapshotId">Its id, above 0.</param>
/// <param name="ParentSnapshotId">The one before; null for the first.</param>
/// <param name="SequenceNumber">Orders it among all commits; 0 in version 1.</param>
/// <param name="TimestampMs">When it was made, in ms since 1970.</param>
/// <param name="ManifestList">Location of its manifest list; null where a version 1 table names manifests themselves.</param>
/// <param name="Summary">What it did: the operation and counts.</param>
public sealed record Snapshot(long SnapshotId, long? ParentSnapshotId, long SequenceNumber, long TimestampMs, string? ManifestList, IReadOnlyDictionary<string, string> Summary)
{
    /// <summary>The schema at that time; null where the writer did not say.</summary>
    public int? SchemaId { get; init; }

    /// <summary>Manifests of a version 1 snapshot without a list.</summary>
    public IReadOnlyList<string> Manifests { get; init; } = [];

    /// <summary>Version 3's first row id; null otherwise.</summary>
    public long? FirstRowId { get; init; }

    /// <summary>Version 3's number of added rows; null otherwise.</summary>
    public long? AddedRows { get; init; }

    /// <summary>Version 3's key of the manifest list; null otherwise.</summary>
    public string? KeyId { get; init; }

    /// <summary>What it did, of <see cref="SnapshotOperation"/>; null where the writer did not say.</summary>
    public string? Operation => Summary.GetValueOrDefault("operation");
}

namespace Lake.Maintenance;

/// <summary>What a compaction did. Immutable.</summary>
public sealed record CompactionReport
{
    /// <summary>Snapshots that it made, first to last.</summary>
    public IReadOnlyList<long> SnapshotIds { get; init; } = [];

    /// <summary>Data files that went.</summary>
    public int FilesRewritten { get; init; }

    /// <summary>Data files that came.</summary>
    public int FilesAdded { get; init; }

    public long BytesRewritten { get; init; }

    public long BytesAdded { get; init; }

    /// <summary>Delete files that went.</summary>
    public int DeleteFilesRemoved { get; init; }

    /// <summary>Commits that others outran: their files stay as they are until the next run.</summary>
    public int Conflicts { get; init; }
}

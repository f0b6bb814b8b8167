namespace Lake.Manifests;

/// <summary>A line of a manifest list: a manifest and what is in it. Immutable.</summary>
public sealed record ManifestFile
{
    public required string Path { get; init; }

    public required long Length { get; init; }

    /// <summary>The one spec of all its files.</summary>
    public required int SpecId { get; init; }

    public ManifestContent Content { get; init; }

    /// <summary>Of the commit that added the manifest; 0 in version 1.</summary>
    public long SequenceNumber { get; init; }

    /// <summary>The lowest sequence number of the rows of its living files.</summary>
    public long MinSequenceNumber { get; init; }

    /// <summary>The snapshot that added the manifest.</summary>
    public required long AddedSnapshotId { get; init; }

    /// <summary>Entries by status; null where a version 1 writer did not count.</summary>
    public int? AddedFilesCount { get; init; }

    public int? ExistingFilesCount { get; init; }

    public int? DeletedFilesCount { get; init; }

    public long? AddedRowsCount { get; init; }

    public long? ExistingRowsCount { get; init; }

    public long? DeletedRowsCount { get; init; }

    /// <summary>A summary for each field of the spec; null where the writer gave none.</summary>
    public IReadOnlyList<FieldSummary>? Partitions { get; init; }

    public byte[]? KeyMetadata { get; init; }

    public long? FirstRowId { get; init; }

    /// <summary>Whether a file of it is alive, as far as the counts tell.</summary>
    public bool HasAliveFiles => AddedFilesCount is not 0 || ExistingFilesCount is not 0;
}

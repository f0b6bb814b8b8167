namespace Lake.Manifests;

/// <summary>One file of a table, with what is known of its rows without reading it. Immutable.</summary>
public sealed record DataFile
{
    public FileContent Content { get; init; }

    /// <summary>Where it is.</summary>
    public required string Path { get; init; }

    /// <summary>Its format as the manifest writes it: <c>PARQUET</c>.</summary>
    public string Format { get; init; } = "PARQUET";

    /// <summary>The spec of its partition.</summary>
    public int SpecId { get; init; }

    public PartitionTuple Partition { get; init; } = PartitionTuple.Empty;

    public required long RecordCount { get; init; }

    public required long FileSizeInBytes { get; init; }

    /// <summary>Bytes of each column.</summary>
    public ColumnMap<long> ColumnSizes { get; init; } = ColumnMap<long>.Empty;

    /// <summary>Values of each column, nulls and NaNs among them.</summary>
    public ColumnMap<long> ValueCounts { get; init; } = ColumnMap<long>.Empty;

    public ColumnMap<long> NullValueCounts { get; init; } = ColumnMap<long>.Empty;

    public ColumnMap<long> NanValueCounts { get; init; } = ColumnMap<long>.Empty;

    /// <summary>No value of the column is below (NaN aside); bytes of <see cref="Values.SingleValue"/>.</summary>
    public ColumnMap<byte[]> LowerBounds { get; init; } = ColumnMap<byte[]>.Empty;

    /// <summary>No value of the column is above (NaN aside); bytes of <see cref="Values.SingleValue"/>.</summary>
    public ColumnMap<byte[]> UpperBounds { get; init; } = ColumnMap<byte[]>.Empty;

    public byte[]? KeyMetadata { get; init; }

    /// <summary>Offsets of its row groups.</summary>
    public IReadOnlyList<long>? SplitOffsets { get; init; }

    /// <summary>Columns that equality deletes compare; null for other files.</summary>
    public IReadOnlyList<int>? EqualityIds { get; init; }

    public int? SortOrderId { get; init; }

    public long? FirstRowId { get; init; }

    /// <summary>The one data file that position deletes are about, where it is one; null otherwise.</summary>
    public string? ReferencedDataFile { get; init; }

    /// <summary>Where in the file a deletion vector stands; null for other files.</summary>
    public long? ContentOffset { get; init; }

    /// <summary>Bytes of a deletion vector; null for other files.</summary>
    public long? ContentSizeInBytes { get; init; }
}

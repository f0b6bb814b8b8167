using Lake.Expressions;

namespace Lake.Scan;

/// <summary>Which rows that were added to a table are read.</summary>
public sealed record IncrementalRequest
{
    /// <summary>The snapshot whose rows were read already; null to read from the table's beginning.</summary>
    public long? AfterSnapshotId { get; init; }

    /// <summary>The snapshot up to which rows are read, its own among them; null for the newest of the branch.</summary>
    public long? UpToSnapshotId { get; init; }

    /// <summary>The branch, where no last snapshot is named.</summary>
    public string Branch { get; init; } = Metadata.SnapshotRef.Main;

    /// <summary>Names of columns, in the order of the result; null for all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    public Filter Filter { get; init; } = Filter.All;
}

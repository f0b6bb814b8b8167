using Lake.Expressions;

namespace Lake.Scan;

/// <summary>What of a table is read. At most one of snapshot, time and reference; none for the newest.</summary>
public sealed record ScanRequest
{
    /// <summary>Names of columns, in the order of the result; null for all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    public Filter Filter { get; init; } = Filter.All;

    public long? SnapshotId { get; init; }

    /// <summary>What was current then.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>A branch or tag.</summary>
    public string? Reference { get; init; }
}

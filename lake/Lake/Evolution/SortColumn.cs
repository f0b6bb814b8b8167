using Lake.Metadata;

namespace Lake.Evolution;

/// <summary>One thing that rows are to be ordered by, by the column's name.</summary>
/// <param name="Column">Full name of a primitive column that stands in no list or map.</param>
public sealed record SortColumn(string Column)
{
    /// <summary>What of it is compared.</summary>
    public Transform Transform { get; init; } = Transform.Identity;

    public bool IsDescending { get; init; }

    /// <summary>Where nulls stand; null for first in ascending and last in descending order, as the reference implementation has it.</summary>
    public bool? NullsFirst { get; init; }
}

namespace Lake.Metadata;

/// <summary>One thing that rows are ordered by.</summary>
/// <param name="SourceId">The column's field id.</param>
/// <param name="Transform">What of it is compared.</param>
/// <param name="IsDescending">Highest first.</param>
/// <param name="NullsFirst">Where nulls stand.</param>
public sealed record SortField(int SourceId, Transform Transform, bool IsDescending = false, bool NullsFirst = true);

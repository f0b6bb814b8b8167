namespace Lake.Manifests;

/// <summary>What a manifest's files have of one partition field.</summary>
/// <param name="ContainsNull">At least one file's value is null.</param>
/// <param name="ContainsNaN">At least one file's value is NaN; null where that is not known.</param>
/// <param name="LowerBound">The lowest value's bytes; null where all are null or NaN.</param>
/// <param name="UpperBound">The highest value's bytes.</param>
public sealed record FieldSummary(bool ContainsNull, bool? ContainsNaN, byte[]? LowerBound, byte[]? UpperBound);

namespace FeatureModel.Definitions.Changes;

/// <summary>One value of an object that differs between two versions.</summary>
/// <param name="Path">The value's path; elements of lists by their names, for example <c>features.visit_30d.type</c>.</param>
/// <param name="Old">The value before, as JSON, or the names in their order where that alone changed; null where there was none.</param>
/// <param name="New">The value after; null where there is none any more.</param>
public sealed record FieldChange(string Path, string? Old, string? New);

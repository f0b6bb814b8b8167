namespace Lake.Maintenance;

/// <summary>A file that changes its tier.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Rows">Its rows, deleted ones among them.</param>
/// <param name="From">The tier that it is in.</param>
/// <param name="To">The tier that it goes to.</param>
public sealed record TierMove(string Path, long Bytes, long Rows, string From, string To);

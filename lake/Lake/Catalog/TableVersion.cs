using Lake.Metadata;

namespace Lake.Catalog;

/// <summary>A table as it was at one commit. Immutable.</summary>
/// <param name="Metadata">What it is.</param>
/// <param name="Location">The metadata file that says so.</param>
public sealed record TableVersion(TableMetadata Metadata, string Location);

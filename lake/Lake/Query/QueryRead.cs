using Lake.Catalog;

namespace Lake.Query;

/// <summary>What a query reads of one table. Immutable.</summary>
/// <param name="Table">Its name.</param>
/// <param name="SnapshotId">At which snapshot; null for a table without any.</param>
/// <param name="Files">Data files that are read.</param>
/// <param name="FilesSkipped">Data files of manifests that were read which the query's conditions leave out.</param>
/// <param name="ManifestsSkipped">Manifests that they leave out whole.</param>
public sealed record QueryRead(TableName Table, long? SnapshotId, int Files, int FilesSkipped, int ManifestsSkipped)
{
    /// <summary>Locations of the data files that are read.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];
}

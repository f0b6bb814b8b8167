namespace Lake.Maintenance;

/// <summary>What an expiry did, or would do. Immutable.</summary>
/// <param name="SnapshotIds">Snapshots that go.</param>
/// <param name="Refs">Branches and tags that go.</param>
/// <param name="DataFiles">Data and delete files that no kept snapshot reaches.</param>
/// <param name="Manifests">Manifests that no kept snapshot reaches.</param>
/// <param name="ManifestLists">Manifest lists of the snapshots that go.</param>
public sealed record ExpiryReport(
    IReadOnlyList<long> SnapshotIds, IReadOnlyList<string> Refs, IReadOnlyList<string> DataFiles, IReadOnlyList<string> Manifests, IReadOnlyList<string> ManifestLists)
{
    internal static readonly ExpiryReport Nothing = new([], [], [], [], []);
}

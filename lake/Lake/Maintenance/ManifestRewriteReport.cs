namespace Lake.Maintenance;

/// <summary>What a rewrite of manifests did, or would do. Immutable.</summary>
/// <param name="ManifestsRead">Manifests that went.</param>
/// <param name="ManifestsWritten">Manifests that came in their place; 0 in a plan.</param>
/// <param name="Files">Files that they hold.</param>
/// <param name="SnapshotId">The snapshot that it made; null where there was nothing to do, and in a plan.</param>
public sealed record ManifestRewriteReport(int ManifestsRead, int ManifestsWritten, long Files, long? SnapshotId);

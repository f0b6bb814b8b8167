using Lake.Metadata;

namespace Lake.Maintenance;

/// <summary>Which manifests are rewritten, and how.</summary>
public sealed record ManifestRewriteRequest
{
    /// <summary>The branch whose manifests are rewritten.</summary>
    public string Branch { get; init; } = SnapshotRef.Main;

    /// <summary>Bytes of a new manifest, about; null for the table's <c>commit.manifest.target-size-bytes</c>.</summary>
    public long? TargetBytes { get; init; }
}

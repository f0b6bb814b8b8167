using Lake.Metadata;

namespace Lake.Maintenance;

/// <summary>Decides which snapshots and names of a table are past their time, as the specification's retention policy has it. Pure.</summary>
internal sealed class ExpiryPolicy(ExpiryRequest request)
{
    /// <param name="metadata">The table.</param>
    /// <param name="nowMs">The time, ms since 1970.</param>
    public ExpiryDecision Decide(TableMetadata metadata, long nowMs)
    {
        var oldest = nowMs - request.AgeMs(metadata);
        var count = request.Count(metadata);
        var goneRefs = metadata.Refs.Where(r => IsPast(metadata, r.Key, r.Value, nowMs)).Select(r => r.Key).ToList();
        var kept = new HashSet<long>();
        var named = new HashSet<long>();
        foreach (var (name, reference) in metadata.Refs)
        {
            if (goneRefs.Contains(name)) continue;
            kept.Add(reference.SnapshotId);
            if (reference.IsBranch) kept.UnionWith(Staying(metadata, reference, reference.MinSnapshotsToKeep ?? count, reference.MaxSnapshotAgeMs is { } age ? nowMs - age : oldest));
            named.UnionWith(metadata.Ancestors(reference.SnapshotId).Select(s => s.SnapshotId));
        }
        // What no name leads to may be staged by someone: it stays until it is old.
        kept.UnionWith(metadata.Snapshots.Where(s => !named.Contains(s.SnapshotId) && s.TimestampMs >= oldest).Select(s => s.SnapshotId));
        return new ExpiryDecision(metadata.Snapshots.Select(s => s.SnapshotId).Where(id => !kept.Contains(id)).ToHashSet(), goneRefs);
    }

    private static bool IsPast(TableMetadata metadata, string name, SnapshotRef reference, long nowMs)
    {
        if (name == SnapshotRef.Main) return false;
        if (metadata.FindSnapshot(reference.SnapshotId) is not { } snapshot) return true;
        return nowMs - snapshot.TimestampMs > (reference.MaxRefAgeMs ?? ExpiryRequest.RefAgeMs(metadata));
    }

    private static IEnumerable<long> Staying(TableMetadata metadata, SnapshotRef branch, long count, long oldest) =>
        metadata.Ancestors(branch.SnapshotId).TakeWhile((s, i) => i < count || s.TimestampMs >= oldest).Select(s => s.SnapshotId);
}

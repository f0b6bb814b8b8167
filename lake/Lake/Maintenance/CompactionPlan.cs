using Lake.Manifests;

namespace Lake.Maintenance;

/// <summary>What a compaction would rewrite. Immutable.</summary>
/// <param name="Bins">Files that are rewritten together.</param>
/// <param name="UselessDeletes">Delete files that are about no row of the table any more, as it is.</param>
public sealed record CompactionPlan(IReadOnlyList<CompactionBin> Bins, IReadOnlyList<DataFile> UselessDeletes)
{
    /// <summary>Files that are rewritten.</summary>
    public int Files => Bins.Sum(b => b.Files.Count);

    /// <summary>Bytes of the files that are rewritten.</summary>
    public long Bytes => Bins.Sum(b => b.Bytes);
}

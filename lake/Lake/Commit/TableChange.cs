using Lake.Expressions;
using Lake.Manifests;

namespace Lake.Commit;

/// <summary>What one commit does to a table's files, and what it rests on. Filled by one thread, then given to a commit.</summary>
public sealed class TableChange
{
    /// <summary>Files that come: data and deletes.</summary>
    public List<DataFile> Added { get; } = [];

    /// <summary>Files that go, as the scan found them.</summary>
    public List<DataFile> Removed { get; } = [];

    /// <summary>Whether it was worked out on what the table had, and holds only where others have not touched that. An append rests on nothing.</summary>
    public bool IsBased { get; set; }

    /// <summary>The snapshot that a change with <see cref="IsBased"/> was worked out on; null for an empty table.</summary>
    public long? BasedOn { get; set; }

    /// <summary>Sequence number of the rows of added data files; null for the commit's own. A compaction gives that of its base, so that deletes that came since still apply.</summary>
    public long? SequenceNumber { get; set; }

    /// <summary>Rows that no one else may have added since <see cref="BasedOn"/>; null where that does not matter. The filter of a delete or overwrite that must be as if alone.</summary>
    public BoundFilter? NoneAddedWhere { get; set; }

    /// <summary>Locations of data files that must still be there: those whose rows added position deletes name. Were one rewritten since, its deletes would be about nothing.</summary>
    public HashSet<string> MustStay { get; } = new(StringComparer.Ordinal);

    /// <summary>Manifests that give way to <see cref="NewManifests"/>, which hold the same living files. A change holds where all of them are still there.</summary>
    internal List<ManifestFile> OldManifests { get; } = [];

    /// <summary>Manifests of entries that were there before, each with all its numbers; see <see cref="OldManifests"/>.</summary>
    internal List<ManifestFile> NewManifests { get; } = [];

    /// <summary>The operation that the snapshot's summary names.</summary>
    public required string Operation { get; set; }

    /// <summary>More for the summary, like who made it.</summary>
    public Dictionary<string, string> Properties { get; } = [];

    /// <summary>The branch that moves.</summary>
    public string Branch { get; set; } = Metadata.SnapshotRef.Main;

    /// <summary>Whether the branch begins with this change, without a snapshot before it, where there is none of that name.</summary>
    public bool MayStartBranch { get; set; }

    /// <summary>What else changes in the very same commit, given the table before, what makes its next metadata, and the new snapshot; called on each try. What it throws ends the commit.</summary>
    public Action<Metadata.TableMetadata, Metadata.MetadataBuilder, Metadata.Snapshot>? Along { get; set; }
}

namespace Lake.Metadata;

/// <summary>What a snapshot did, as its summary says.</summary>
public static class SnapshotOperation
{
    /// <summary>Only added data files.</summary>
    public const string Append = "append";

    /// <summary>Other files for the same rows: compaction.</summary>
    public const string Replace = "replace";

    /// <summary>Added and removed rows.</summary>
    public const string Overwrite = "overwrite";

    /// <summary>Only removed rows.</summary>
    public const string Delete = "delete";
}

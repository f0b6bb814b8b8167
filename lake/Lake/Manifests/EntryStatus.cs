namespace Lake.Manifests;

/// <summary>What a manifest's snapshot did with a file. The numbers are the format's.</summary>
public enum EntryStatus
{
    /// <summary>It was there before.</summary>
    Existing = 0,

    /// <summary>It came with the snapshot.</summary>
    Added = 1,

    /// <summary>It went with the snapshot.</summary>
    Deleted = 2,
}

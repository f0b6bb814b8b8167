namespace Lake.Scan;

/// <summary>How a snapshot stands to a file that is damaged or gone.</summary>
internal enum SnapshotState
{
    /// <summary>It has the file.</summary>
    Needs,

    /// <summary>It does not have it, and all its files are there.</summary>
    Whole,

    /// <summary>It does not have it, and as many of its files as were looked for are there.</summary>
    SeemsWhole,

    /// <summary>It does not have it, and another of its files is damaged or gone.</summary>
    Broken,
}

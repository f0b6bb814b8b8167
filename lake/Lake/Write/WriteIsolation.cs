namespace Lake.Write;

/// <summary>What others may have done meanwhile. Deletes and rewrites of the same rows never pass unseen.</summary>
public enum WriteIsolation
{
    /// <summary>The change is as if it were alone (<c>serializable</c>): rows that its filter may match and that others added meanwhile are part of it.</summary>
    Serializable,

    /// <summary>The change is of the table as it was read (<c>snapshot</c>): rows that others added meanwhile stay.</summary>
    Snapshot,
}

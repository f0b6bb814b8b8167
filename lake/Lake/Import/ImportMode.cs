namespace Lake.Import;

/// <summary>What becomes of the rows that are in the table already.</summary>
public enum ImportMode
{
    /// <summary>They stay.</summary>
    Append,

    /// <summary>They go, in the commit with which the new ones come.</summary>
    Overwrite,

    /// <summary>Those whose key one of the new rows has go.</summary>
    Upsert,
}

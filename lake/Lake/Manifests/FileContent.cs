namespace Lake.Manifests;

/// <summary>What a file of a table holds. The numbers are the format's.</summary>
public enum FileContent
{
    Data = 0,

    /// <summary>Places of rows that are deleted: file and position.</summary>
    PositionDeletes = 1,

    /// <summary>Values of rows that are deleted.</summary>
    EqualityDeletes = 2,
}

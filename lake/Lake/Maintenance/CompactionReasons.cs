namespace Lake.Maintenance;

/// <summary>Why a file is rewritten.</summary>
[Flags]
public enum CompactionReasons
{
    None = 0,

    /// <summary>It has fewer bytes than <see cref="CompactionRequest.MinFileBytes"/>.</summary>
    TooSmall = 1,

    /// <summary>It has more bytes than <see cref="CompactionRequest.MaxFileBytes"/>.</summary>
    TooLarge = 2,

    /// <summary>Too many delete files are about it, or they take too many of its rows.</summary>
    Deletes = 4,

    /// <summary>It is laid by a partition spec that is no more the table's.</summary>
    OldSpec = 8,

    /// <summary>It is not in the order that is wanted.</summary>
    Unsorted = 16,
}

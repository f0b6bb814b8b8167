namespace Lake.Maintenance;

/// <summary>How a compaction lays rows out.</summary>
public enum CompactionStrategy
{
    /// <summary>Small files are put together as they lie. Rows of a table with a sort order are in that order in each new file.</summary>
    BinPack,

    /// <summary>Files that are not in the order are rewritten too, those whose values are near in the same turn, so that new files overlap little.</summary>
    Sort,
}

namespace Lake.Write;

/// <summary>How rows are deleted from files that keep others.</summary>
public enum RowDeleteMode
{
    /// <summary>The files are written anew without them (<c>copy-on-write</c>): dear to write, nothing more to read.</summary>
    CopyOnWrite,

    /// <summary>Their places are written into delete files (<c>merge-on-read</c>): cheap to write, read along with the data ever after.</summary>
    MergeOnRead,
}

namespace Lake.Metadata;

/// <summary>How rows are ordered in a data file. Immutable.</summary>
/// <param name="OrderId">Its number among the table's orders; 0 is the order of none.</param>
/// <param name="Fields">What is compared, first to last.</param>
public sealed record SortOrder(int OrderId, IReadOnlyList<SortField> Fields)
{
    public static readonly SortOrder Unsorted = new(0, []);

    public bool IsUnsorted => Fields.Count == 0;

    public bool SameShape(SortOrder other) => Fields.SequenceEqual(other.Fields);
}

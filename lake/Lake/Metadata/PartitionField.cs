namespace Lake.Metadata;

/// <summary>One part of a partition: a transform of a column.</summary>
/// <param name="SourceId">The column's field id; the first one of a transform of several.</param>
/// <param name="FieldId">Its own id, 1000 or above, unique in the table and kept when specs change.</param>
/// <param name="Name">Its name in folders and partition tuples.</param>
/// <param name="Transform">What it makes of the column.</param>
public sealed record PartitionField(int SourceId, int FieldId, string Name, Transform Transform)
{
    /// <summary>All columns of a transform of several, as version 3 has them; null otherwise.</summary>
    public IReadOnlyList<int>? SourceIds { get; init; }
}

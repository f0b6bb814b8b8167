using Lake.Metadata;
using Lake.Types;

namespace Lake;

/// <summary>What a new table is to be. Field ids are given anew when it is made.</summary>
/// <param name="Schema">Its columns.</param>
public sealed record TableDefinition(TableSchema Schema)
{
    /// <summary>How rows are laid into partitions, over the ids of <see cref="Schema"/>.</summary>
    public PartitionSpec Spec { get; init; } = PartitionSpec.Unpartitioned;

    /// <summary>How rows are ordered in files, over the ids of <see cref="Schema"/>.</summary>
    public SortOrder SortOrder { get; init; } = SortOrder.Unsorted;

    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it is to be; null for the catalog's default.</summary>
    public string? Location { get; init; }
}

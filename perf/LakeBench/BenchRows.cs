using LakeBench.Rows;

namespace LakeBench;

/// <summary>All rows of the bench, one file of <c>Rows/</c> each.</summary>
internal static class BenchRows
{
    public static IReadOnlyList<IBenchRow> All { get; } =
    [
        new AppendRow(),
        new CompactionRow(),
        new PartitionRow(),
        new MetadataRow(),
    ];
}

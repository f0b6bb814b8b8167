using Lake.Evolution;
using Lake.Metadata;
using Lake.Write;

namespace Lake.Maintenance;

/// <summary>What files a compaction wants: its request on one state of a table. Immutable.</summary>
/// <param name="TargetBytes">Bytes that a file is to have.</param>
/// <param name="MinBytes">Files with less are too small.</param>
/// <param name="MaxBytes">Files with more are too large.</param>
/// <param name="BinBytes">Bytes from which a bin is full.</param>
/// <param name="SpecId">The spec that files are to be laid by.</param>
/// <param name="Order">The order of rows in new files.</param>
/// <param name="IsSorting">Whether files that are not in that order are rewritten.</param>
internal sealed record CompactionAim(long TargetBytes, long MinBytes, long MaxBytes, long BinBytes, int SpecId, SortOrder Order, bool IsSorting)
{
    /// <summary>Files that are sorted together, in files of the target size. 4: a run of 2 GB at the usual target, which most disks have room for.</summary>
    private const int FilesSortedTogether = 4;

    /// <exception cref="ArgumentException">The request has a value that it cannot have, or asks for an order that there is not.</exception>
    /// <exception cref="TableShapeException">A column to sort by is not there, or cannot be sorted by.</exception>
    public static CompactionAim Of(CompactionRequest request, Table table, WriteOptions options)
    {
        var target = AtLeast("TargetFileBytes", request.TargetFileBytes ?? options.TargetFileBytes, 1);
        var min = AtLeast("MinFileBytes", request.MinFileBytes ?? (target / 4 * 3), 0);
        var max = AtLeast("MaxFileBytes", request.MaxFileBytes ?? (target / 5 * 9), target);
        if (min > target) throw new ArgumentException($"MinFileBytes is {min}; it must be TargetFileBytes, {target}, at most", nameof(request));
        AtLeast("MinInputFiles", request.MinInputFiles, 2);
        AtLeast("MaxDeleteFiles", request.MaxDeleteFiles, 0);
        AtLeast("MaxCommits", request.MaxCommits, 1);
        AtLeast("SortBytes", request.SortBytes, 1);
        AtLeast("Parallelism", request.Parallelism ?? 1, 1);
        if (request.DeletedShare is not (> 0 and <= 1)) throw new ArgumentException($"DeletedShare is {request.DeletedShare}; it must be above 0 and 1 at most", nameof(request));
        if (request.Strategy == CompactionStrategy.BinPack && request.SortBy is not null) throw new ArgumentException("SortBy is set and Strategy is BinPack; columns to sort by need Strategy Sort", nameof(request));
        var isSorting = request.Strategy == CompactionStrategy.Sort;
        var order = request.SortBy is { } columns ? OrderOf(table, columns) : options.SortOrder;
        if (isSorting && order.IsUnsorted) throw new ArgumentException($"Strategy is Sort, and table {table.Name} has no sort order that rows can be put in; SortBy must name columns", nameof(request));
        return new CompactionAim(target, min, max, isSorting ? AtLeast("SortTogetherBytes", request.SortTogetherBytes ?? (target * FilesSortedTogether), target) : target, table.Metadata.DefaultSpecId, order, isSorting);
    }

    private static SortOrder OrderOf(Table table, IReadOnlyList<SortColumn> columns)
    {
        var fields = columns.Select(c => TableEvolution.SortFieldOf(table.Schema, c)).ToList();
        // Files are marked with an order that readers can look up, and with none otherwise.
        return table.Metadata.SortOrders.FirstOrDefault(o => o.Fields.SequenceEqual(fields)) ?? new SortOrder(SortOrder.Unsorted.OrderId, fields);
    }

    private static long AtLeast(string name, long value, long least) => value >= least ? value : throw new ArgumentException($"{name} is {value}; it must be {least} or more");
}

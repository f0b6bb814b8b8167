using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Types;
using Lake.Values;

namespace Lake.Maintenance;

/// <summary>Decides which files of a table are rewritten, and which of them together. What it makes of its own result is nothing: files of the wanted size are left alone. Pure.</summary>
internal sealed class CompactionPolicy(CompactionRequest request, CompactionAim aim, TableSchema schema)
{
    /// <param name="files">Living data files with the deletes that are about them.</param>
    public IReadOnlyList<CompactionBin> Decide(IEnumerable<FileScanTask> files)
    {
        var bins = new List<CompactionBin>();
        foreach (var partition in files.GroupBy(f => (f.File.SpecId, f.File.Partition)))
        {
            var chosen = Ordered(partition.Where(f => ReasonsOf(f) != CompactionReasons.None));
            bins.AddRange(Pack(chosen).Select(b => Bin(partition.Key.SpecId, partition.Key.Partition, b)).Where(IsWorthIt));
        }
        return bins;
    }

    /// <summary>Why a file would be rewritten.</summary>
    public CompactionReasons ReasonsOf(FileScanTask task)
    {
        var file = task.File;
        var reasons = CompactionReasons.None;
        if (file.FileSizeInBytes < aim.MinBytes) reasons |= CompactionReasons.TooSmall;
        if (file.FileSizeInBytes > aim.MaxBytes) reasons |= CompactionReasons.TooLarge;
        if (task.Deletes.Count > request.MaxDeleteFiles || Deleted(task) >= request.DeletedShare * file.RecordCount) reasons |= CompactionReasons.Deletes;
        if (file.SpecId != aim.SpecId) reasons |= CompactionReasons.OldSpec;
        if (aim.IsSorting && (aim.Order.OrderId == SortOrder.Unsorted.OrderId || file.SortOrderId != aim.Order.OrderId)) reasons |= CompactionReasons.Unsorted;
        return reasons;
    }

    // Small files alone are worth it where they fill a file, or are many.
    private bool IsWorthIt(CompactionBin bin) =>
        bin.Reasons != CompactionReasons.TooSmall || bin.Files.Count >= request.MinInputFiles || (bin.Files.Count > 1 && bin.Bytes >= aim.TargetBytes);

    // By age, so that files of neighbouring commits stay together; to be sorted, by where their values begin.
    private List<FileScanTask> Ordered(IEnumerable<FileScanTask> files)
    {
        var byAge = files.OrderBy(f => f.SequenceNumber).ThenBy(f => f.File.Path, StringComparer.Ordinal);
        if (!aim.IsSorting || schema.Find(aim.Order.Fields[0].SourceId)?.Type is not PrimitiveType type) return [.. byAge];
        var id = aim.Order.Fields[0].SourceId;
        var order = Comparer<object?>.Create((x, y) => x is null || y is null ? (x is null).CompareTo(y is null) : SingleValue.Compare(type, x, y));
        return [.. byAge.OrderBy(f => f.File.LowerBounds.TryGet(id, out var low) ? SingleValue.Decode(type, low) : null, order)];
    }

    private IEnumerable<List<FileScanTask>> Pack(List<FileScanTask> files)
    {
        var (bin, bytes) = (new List<FileScanTask>(), 0L);
        foreach (var file in files)
        {
            if (file.File.FileSizeInBytes > aim.MaxBytes)
            {
                yield return [file];
                continue;
            }
            bin.Add(file);
            bytes += file.File.FileSizeInBytes;
            if (bytes < aim.BinBytes) continue;
            yield return bin;
            (bin, bytes) = ([], 0);
        }
        if (bin.Count > 0) yield return bin;
    }

    private CompactionBin Bin(int specId, PartitionTuple partition, List<FileScanTask> files) =>
        new(specId, partition, files, files.Aggregate(CompactionReasons.None, (reasons, f) => reasons | ReasonsOf(f)));

    // As far as delete files that are about this file alone tell; -1 for none, so that no share is reached, even of an empty file.
    private static double Deleted(FileScanTask task)
    {
        var deleted = task.Deletes.Where(d => d.Content == FileContent.PositionDeletes && PositionDeletes.OnlyFile(d) == task.File.Path).Sum(d => d.RecordCount);
        return deleted == 0 ? -1 : deleted;
    }
}

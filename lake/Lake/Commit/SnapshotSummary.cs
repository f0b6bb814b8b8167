using System.Globalization;
using Lake.Manifests;
using Lake.Metadata;

namespace Lake.Commit;

/// <summary>The counts that a snapshot's summary has, under the names that other engines read. Pure.</summary>
internal static class SnapshotSummary
{
    public static Dictionary<string, string> Of(TableChange change, Snapshot? head, IReadOnlyList<ManifestFile> manifests)
    {
        var summary = new Dictionary<string, string>(StringComparer.Ordinal) { ["operation"] = change.Operation };
        foreach (var (key, value) in change.Properties) summary[key] = value;
        var (added, removed) = (change.Added, change.Removed);
        Put(summary, "added-data-files", added.Count(IsData));
        Put(summary, "deleted-data-files", removed.Count(IsData));
        Put(summary, "added-delete-files", added.Count(f => !IsData(f)));
        Put(summary, "removed-delete-files", removed.Count(f => !IsData(f)));
        Put(summary, "added-position-delete-files", added.Count(f => f.Content == FileContent.PositionDeletes));
        Put(summary, "removed-position-delete-files", removed.Count(f => f.Content == FileContent.PositionDeletes));
        Put(summary, "added-equality-delete-files", added.Count(f => f.Content == FileContent.EqualityDeletes));
        Put(summary, "removed-equality-delete-files", removed.Count(f => f.Content == FileContent.EqualityDeletes));
        Put(summary, "added-records", added.Where(IsData).Sum(f => f.RecordCount));
        Put(summary, "deleted-records", removed.Where(IsData).Sum(f => f.RecordCount));
        Put(summary, "added-files-size", added.Sum(f => f.FileSizeInBytes));
        Put(summary, "removed-files-size", removed.Sum(f => f.FileSizeInBytes));
        Put(summary, "added-position-deletes", Deletes(added, FileContent.PositionDeletes));
        Put(summary, "removed-position-deletes", Deletes(removed, FileContent.PositionDeletes));
        Put(summary, "added-equality-deletes", Deletes(added, FileContent.EqualityDeletes));
        Put(summary, "removed-equality-deletes", Deletes(removed, FileContent.EqualityDeletes));
        Put(summary, "changed-partition-count", added.Concat(removed).Select(f => (f.SpecId, f.Partition)).Distinct().Count());
        Total(summary, head, "total-records", added.Where(IsData).Sum(f => f.RecordCount) - removed.Where(IsData).Sum(f => f.RecordCount));
        Total(summary, head, "total-data-files", added.Count(IsData) - removed.Count(IsData));
        Total(summary, head, "total-delete-files", added.Count(f => !IsData(f)) - removed.Count(f => !IsData(f)));
        Total(summary, head, "total-files-size", added.Sum(f => f.FileSizeInBytes) - removed.Sum(f => f.FileSizeInBytes));
        Total(summary, head, "total-position-deletes", Deletes(added, FileContent.PositionDeletes) - Deletes(removed, FileContent.PositionDeletes));
        Total(summary, head, "total-equality-deletes", Deletes(added, FileContent.EqualityDeletes) - Deletes(removed, FileContent.EqualityDeletes));
        summary["manifests"] = manifests.Count.ToString(CultureInfo.InvariantCulture);
        return summary;
    }

    private static bool IsData(DataFile file) => file.Content == FileContent.Data;

    private static long Deletes(IEnumerable<DataFile> files, FileContent content) => files.Where(f => f.Content == content).Sum(f => f.RecordCount);

    private static void Put(Dictionary<string, string> summary, string name, long count)
    {
        if (count != 0) summary[name] = count.ToString(CultureInfo.InvariantCulture);
    }

    // Only where the one before has it: a count from somewhere in the middle would be wrong.
    private static void Total(Dictionary<string, string> summary, Snapshot? head, string name, long change)
    {
        var before = 0L;
        if (head is not null && (!head.Summary.TryGetValue(name, out var text) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out before))) return;
        summary[name] = (before + change).ToString(CultureInfo.InvariantCulture);
    }
}

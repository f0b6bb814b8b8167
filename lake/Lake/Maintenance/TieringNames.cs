using System.Globalization;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Write;

namespace Lake.Maintenance;

/// <summary>
/// What is kept in the locations of moved files, as no snapshot lasts: a file's name says when its rows were added (<see cref="DataFileName"/>), and a restored one stands in a folder that says
/// how long it stays. Pure.
/// </summary>
internal static class TieringNames
{
    private const string Restored = "restored-until-";
    private const string Format = "yyyyMMdd'T'HHmmss";

    /// <summary>The folder, with a slash at its end, of files that are restored; it tells whole seconds.</summary>
    public static string Folder(DateTimeOffset until) => $"{Restored}{until.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)}/";

    /// <summary>When the rows of a file were added, ms since 1970: as its name says, as its snapshot does, or, where that is gone, as the oldest that is there.</summary>
    public static long AddedMs(ManifestEntry entry, TableMetadata metadata) =>
        DataFileName.AddedMs(entry.File.Path) ?? (entry.SnapshotId is { } id ? metadata.FindSnapshot(id) : null)?.TimestampMs ?? metadata.Snapshots.Min(s => s.TimestampMs);

    /// <summary>The same of a file that a scan found, whose snapshot is known by the sequence number of its rows.</summary>
    public static long AddedMs(FileScanTask task, TableMetadata metadata) =>
        DataFileName.AddedMs(task.File.Path) ?? metadata.Snapshots.FirstOrDefault(s => s.SequenceNumber == task.SequenceNumber)?.TimestampMs ?? metadata.Snapshots.Min(s => s.TimestampMs);

    /// <summary>Until when a restored file stays, ms since 1970; null for others.</summary>
    public static long? RestoredUntilMs(string path)
    {
        var (from, to) = Stay(path);
        return to > 0 && DateTimeOffset.TryParseExact(path.AsSpan(from, to - from), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) ? until.ToUnixTimeMilliseconds() : null;
    }

    /// <summary>The folder in which a file's place does not change: that of a tier, or that which says how long it stays. Empty for one that is in neither.</summary>
    /// <param name="path">The file's location.</param>
    /// <param name="tiers">Folders of the table's tiers.</param>
    public static string Place(string path, IEnumerable<string> tiers)
    {
        var (_, to) = Stay(path);
        return to > 0 ? path[..to] : tiers.FirstOrDefault(t => path.StartsWith(t + "/", StringComparison.Ordinal)) ?? "";
    }

    // Where in a path the time stands until which it stays; (0, 0) for nowhere.
    private static (int From, int To) Stay(string path)
    {
        var at = path.LastIndexOf("/" + Restored, StringComparison.Ordinal);
        var from = at + 1 + Restored.Length;
        return at >= 0 && path.IndexOf('/', from) is > 0 and var to ? (from, to) : (0, 0);
    }
}

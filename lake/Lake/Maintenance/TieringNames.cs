using System.Buffers.Binary;
using System.Globalization;
using Lake.Manifests;
using Lake.Metadata;

namespace Lake.Maintenance;

/// <summary>
/// What is kept in the locations of moved files, as no snapshot lasts: a file's name is a UUID of version 7, whose time is that at which its rows were added, and a restored one stands in a
/// folder that says how long it stays. Pure.
/// </summary>
internal static class TieringNames
{
    private const string Restored = "restored-until-";
    private const string Format = "yyyyMMdd'T'HHmmss";

    /// <summary>The name of a file whose rows were added then.</summary>
    public static string File(long addedMs) => $"{Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(addedMs, 0, (1L << 48) - 1))):D}.parquet";

    /// <summary>The folder, with a slash at its end, of files that are restored.</summary>
    public static string Folder(DateTimeOffset until) => $"{Restored}{until.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)}/";

    /// <summary>When the rows of a file were added, ms since 1970: as its name says, as its snapshot does, or, where that is gone, as the oldest that is there.</summary>
    public static long AddedMs(ManifestEntry entry, TableMetadata metadata)
    {
        var path = entry.File.Path;
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        if (name.Length > 36 && Guid.TryParseExact(name[..36], "D", out var uuid) && uuid.Version == 7)
        {
            Span<byte> bytes = stackalloc byte[16];
            uuid.TryWriteBytes(bytes, bigEndian: true, out _);
            return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        }
        if (entry.SnapshotId is { } id && metadata.FindSnapshot(id) is { } snapshot) return snapshot.TimestampMs;
        return metadata.Snapshots.Min(s => s.TimestampMs);
    }

    /// <summary>Until when a restored file stays, ms since 1970; null for others.</summary>
    public static long? RestoredUntilMs(string path)
    {
        var at = path.LastIndexOf("/" + Restored, StringComparison.Ordinal);
        if (at < 0) return null;
        var text = path.AsSpan(at + 1 + Restored.Length);
        var end = text.IndexOf('/');
        return end > 0 && DateTimeOffset.TryParseExact(text[..end], Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) ? until.ToUnixTimeMilliseconds() : null;
    }
}

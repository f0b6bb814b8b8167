using System.Buffers.Binary;

namespace Lake.Write;

/// <summary>Names of data files. One may say when its rows were added, whatever became of the file since and of the snapshots: it is a UUID of version 7 with that time then. Pure.</summary>
internal static class DataFileName
{
    /// <summary>A new name.</summary>
    /// <param name="addedMs">When the rows were added, ms since 1970; null to say nothing.</param>
    public static string New(long? addedMs)
    {
        var uuid = addedMs is { } ms ? Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, 0, (1L << 48) - 1))) : Guid.NewGuid();
        return $"{uuid:D}.parquet";
    }

    /// <summary>When the rows of a file were added, ms since 1970; null where its name does not say.</summary>
    /// <param name="path">Its location.</param>
    public static long? AddedMs(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        if (name.Length <= 36 || !Guid.TryParseExact(name[..36], "D", out var uuid) || uuid.Version != 7) return null;
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
    }
}

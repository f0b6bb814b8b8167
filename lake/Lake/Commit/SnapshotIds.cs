using System.Security.Cryptography;
using Lake.Metadata;

namespace Lake.Commit;

/// <summary>Draws ids for snapshots.</summary>
internal static class SnapshotIds
{
    /// <summary>Ids stay below this. 2^53: readers written in JavaScript lose digits beyond.</summary>
    private const long Limit = 1L << 53;

    /// <summary>An id that the table does not have.</summary>
    public static long Next(TableMetadata metadata)
    {
        Span<byte> bytes = stackalloc byte[8];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            var id = (long)(BitConverter.ToUInt64(bytes) % (ulong)Limit);
            if (id > 0 && metadata.FindSnapshot(id) is null) return id;
        }
    }
}

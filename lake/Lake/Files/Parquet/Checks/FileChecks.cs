using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Lake.Types;
using Microsoft.Win32.SafeHandles;

namespace Lake.Files.Parquet.Checks;

/// <summary>
/// Checks Parquet files before an engine that does not check them decodes them. Pages have checksums by the format, their headers and the footer do not: a file that is written here has those in its footer,
/// as hexadecimal numbers, the footer's own (counted with zeros in its place) first and then one of the page headers of each primitive column. So every byte that an answer rests on is covered.
/// Of files of other writers the pages that have checksums are checked. Stateless.
/// </summary>
internal static class FileChecks
{
    /// <summary>The key of the checksums in the footer.</summary>
    public const string Key = "lake.checksums";

    /// <summary>Who files with these checksums say that they were written by.</summary>
    public const string Writer = "appliance lake with checksums";

    /// <summary>Digits of a checksum.</summary>
    private const int Digits = 8;

    /// <summary>Bytes of pages that are read at once. 1 MiB: a page of the writer here, which then is read once.</summary>
    private const int PagesBytes = 1 << 20;

    /// <summary>Bytes that are read at once where headers alone are wanted. 16 KiB: the writer puts two values of 4 KiB at most into one.</summary>
    private const int HeadersBytes = 1 << 14;

    /// <summary>Bytes behind the footer: its length and the mark.</summary>
    private const int TailBytes = 8;

    public static ReadOnlySpan<byte> KeyBytes => "lake.checksums"u8;

    private static ReadOnlySpan<byte> WriterBytes => "appliance lake with checksums"u8;

    /// <summary>What a file has at <see cref="Key"/> until <see cref="Stamp"/>.</summary>
    public static string Unstamped(TableSchema schema) => new('0', Digits * (1 + schema.Fields.Sum(f => Leaves(f.Type))));

    /// <summary>Puts the checksums into a file that was just written with <see cref="Unstamped"/>.</summary>
    /// <exception cref="IOException">The disk refuses it.</exception>
    public static void Stamp(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        var bytes = ReadFooter(path, file, out var start);
        var footer = ParquetFooter.TryRead(bytes) ?? throw NoParquet(path, "its footer cannot be read");
        var mark = bytes.AsSpan(footer.MarkAt, footer.Mark.Length);
        using var walk = new PageWalk(path, file, HeadersBytes);
        for (var leaf = 0; leaf < footer.Leaves.Count; leaf++)
        {
            var headers = new Crc32();
            foreach (var chunk in footer.Chunks.Where(c => c.Leaf == leaf)) walk.ReadHeaders(chunk, headers);
            Write(mark, 1 + leaf, headers.GetCurrentHashAsUInt32());
        }
        Write(mark, 0, Crc32.HashToUInt32(bytes));
        RandomAccess.Write(file, mark, start + footer.MarkAt);
    }

    /// <summary>Checks a footer. A file of another writer has nothing to check it by.</summary>
    /// <param name="location">What the file is called in errors.</param>
    /// <param name="path">Where it is on the local disk.</param>
    /// <exception cref="LakeFormatException">The footer is not as it was written, or there is none.</exception>
    public static void CheckFooter(string location, string path)
    {
        using var file = File.OpenHandle(path);
        Footer(location, file, out _);
    }

    /// <summary>Checks a footer and the pages of some columns.</summary>
    /// <param name="location">What the file is called in errors.</param>
    /// <param name="path">Where it is on the local disk.</param>
    /// <param name="fieldIds">The columns, with all that is in them; null for all.</param>
    /// <param name="cancellation">Ends it between two pages.</param>
    /// <exception cref="LakeFormatException">Something of it is not as it was written.</exception>
    public static void Check(string location, string path, IReadOnlySet<int>? fieldIds, CancellationToken cancellation)
    {
        using var file = File.OpenHandle(path);
        var footer = Footer(location, file, out var end);
        using var walk = new PageWalk(location, file, PagesBytes);
        for (var leaf = 0; leaf < footer.Leaves.Count; leaf++)
        {
            if (fieldIds is not null && !footer.Leaves[leaf].Overlaps(fieldIds)) continue;
            var headers = footer.MarkAt < 0 ? null : new Crc32();
            foreach (var chunk in footer.Chunks.Where(c => c.Leaf == leaf))
            {
                if (chunk.Start < 0 || chunk.Length < 0 || chunk.Start > end - chunk.Length) throw Damaged(location, "its footer tells of columns beyond its end");
                walk.Check(chunk, headers, cancellation);
            }
            if (headers is not null && !Has(footer.Mark, 1 + leaf, headers.GetCurrentHashAsUInt32())) throw Damaged(location, "the head of a page has not the checksum that it was written with");
        }
    }

    /// <summary>A file is not as it was written.</summary>
    public static LakeFormatException Damaged(string location, string what) => new($"{location} cannot be read: {what}; the file is damaged") { Location = location };

    private static ParquetFooter Footer(string location, SafeFileHandle file, out long start)
    {
        var bytes = ReadFooter(location, file, out start);
        var footer = ParquetFooter.TryRead(bytes) ?? throw NoParquet(location, "its footer cannot be read");
        // The writer's name is looked for among the bytes: what makes them say something else leaves it there. Without it, checksums may be another's that copied them.
        if (bytes.AsSpan().IndexOf(WriterBytes) < 0) return footer with { MarkAt = -1 };
        if (footer.MarkAt < 0 || footer.Mark.Length != Digits * (1 + footer.Leaves.Count)) throw Damaged(location, "its footer has not a checksum for each column");
        bytes.AsSpan(footer.MarkAt, Digits).Fill((byte)'0');
        if (!Has(footer.Mark, 0, Crc32.HashToUInt32(bytes))) throw Damaged(location, "its footer has not the checksum that it was written with");
        return footer;
    }

    private static byte[] ReadFooter(string location, SafeFileHandle file, out long start)
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> tail = stackalloc byte[TailBytes];
        start = length - TailBytes;
        if (start < 0 || RandomAccess.Read(file, tail, start) != TailBytes || !tail[4..].SequenceEqual("PAR1"u8)) throw NoParquet(location, "it does not end as one");
        var bytes = BinaryPrimitives.ReadInt32LittleEndian(tail);
        start -= bytes;
        if (bytes < 0 || start < 0) throw NoParquet(location, $"its footer is said to have {bytes} bytes");
        var footer = new byte[bytes];
        for (var read = 0; read < bytes;)
        {
            var got = RandomAccess.Read(file, footer.AsSpan(read), start + read);
            if (got == 0) throw NoParquet(location, "it became shorter while it was read");
            read += got;
        }
        return footer;
    }

    private static int Leaves(IcebergType type) => type is PrimitiveType ? 1 : type.Fields.Sum(f => Leaves(f.Type));

    private static LakeFormatException NoParquet(string location, string why) => new($"{location} is no whole Parquet file: {why}") { Location = location };

    private static void Write(Span<byte> mark, int place, uint checksum) => Encoding.ASCII.GetBytes(Text(checksum), mark.Slice(place * Digits, Digits));

    private static bool Has(string mark, int place, uint checksum) => mark.AsSpan(place * Digits, Digits).SequenceEqual(Text(checksum));

    private static string Text(uint checksum) => checksum.ToString("x8", CultureInfo.InvariantCulture);
}

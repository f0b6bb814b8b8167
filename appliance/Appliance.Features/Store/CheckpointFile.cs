using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Appliance.Features.Store;

/// <summary>
/// What one checkpoint is: the stream position, FASTER's descriptions, and checksums of the files it stands on. Little-endian: magic, format, all
/// fields in the order below with lengths before bytes, CRC-32C over everything before it. Immutable.
/// </summary>
internal sealed record CheckpointFile
{
    private const uint Magic = 0x4B435346; // "FSCK"

    /// <summary>Raised when the format, the record's layout or the hash of keys changes.</summary>
    private const uint Format = 1;

    public required long Number { get; init; }
    public required int PageBits { get; init; }
    public required int SegmentBits { get; init; }
    public required long Rows { get; init; }
    public required long LiveBytes { get; init; }
    public required long Begin { get; init; }
    public required long Until { get; init; }
    public required Guid LogToken { get; init; }
    public required byte[] LogMetadata { get; init; }

    /// <summary>The index that recovery starts from; empty where it replays the whole log.</summary>
    public required IndexFile Index { get; init; }

    /// <summary>The log from where recovery replays it, in order and without gaps, up to the sector that holds the end.</summary>
    public required LogRange[] Ranges { get; init; }

    /// <summary>
    /// The log's last, unfinished sector. Later records share it, so the one on the disk is rewritten after the checkpoint; recovery puts this one back.
    /// </summary>
    public required byte[] LastSector { get; init; }

    public required byte[] Position { get; init; }

    public static string PathOf(string folder, long number) => Path.Combine(folder, $"checkpoint.{number:D19}");

    public byte[] Encode()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        writer.Write(Format);
        writer.Write(Number);
        writer.Write(PageBits);
        writer.Write(SegmentBits);
        writer.Write(Rows);
        writer.Write(LiveBytes);
        writer.Write(Begin);
        writer.Write(Until);
        writer.Write(LogToken.ToByteArray());
        WriteBytes(writer, LogMetadata);
        writer.Write(Index.Token.ToByteArray());
        WriteBytes(writer, Index.Metadata);
        writer.Write(Index.Bytes);
        writer.Write(Index.Crc);
        writer.Write(Index.ReplayFrom);
        writer.Write(Ranges.Length);
        foreach (var range in Ranges)
        {
            writer.Write(range.From);
            writer.Write(range.Until);
            writer.Write(range.Crc);
        }
        WriteBytes(writer, LastSector);
        WriteBytes(writer, Position);
        writer.Write(Crc32C.Of(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    /// <summary>Reads a checkpoint back; false with the reason when the bytes are not those of one, whole and unchanged.</summary>
    public static bool TryDecode(byte[] bytes, [NotNullWhen(true)] out CheckpointFile? file, out string reason)
    {
        file = null;
        if (bytes.Length < 12)
        {
            reason = $"it has {bytes.Length} bytes, fewer than its head";
            return false;
        }
        if (Crc32C.Of(bytes.AsSpan(0, bytes.Length - 4)) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4)))
        {
            reason = "its checksum does not match: it is torn or was changed";
            return false;
        }
        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadUInt32() != Magic)
        {
            reason = "it does not begin as a checkpoint does";
            return false;
        }
        var format = reader.ReadUInt32();
        if (format != Format)
        {
            reason = $"its format is {format}; this program reads {Format}";
            return false;
        }
        file = new CheckpointFile
        {
            Number = reader.ReadInt64(),
            PageBits = reader.ReadInt32(),
            SegmentBits = reader.ReadInt32(),
            Rows = reader.ReadInt64(),
            LiveBytes = reader.ReadInt64(),
            Begin = reader.ReadInt64(),
            Until = reader.ReadInt64(),
            LogToken = new Guid(reader.ReadBytes(16)),
            LogMetadata = ReadBytes(reader),
            Index = new IndexFile(new Guid(reader.ReadBytes(16)), ReadBytes(reader), reader.ReadInt64(), reader.ReadUInt32(), reader.ReadInt64()),
            Ranges = ReadRanges(reader),
            LastSector = ReadBytes(reader),
            Position = ReadBytes(reader),
        };
        reason = "";
        return true;
    }

    private static LogRange[] ReadRanges(BinaryReader reader)
    {
        var ranges = new LogRange[reader.ReadInt32()];
        for (var i = 0; i < ranges.Length; i++) ranges[i] = new LogRange(reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt32());
        return ranges;
    }

    private static void WriteBytes(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(reader.ReadInt32());
}

// Hot path: every record is framed here.
using System.Buffers.Binary;
using System.IO.Hashing;
using FeatureModel.Events;

namespace Appliance.Features.Journal;

/// <summary>
/// How a record stands in the log, little-endian: the log's own length of what follows (4 bytes), checksum (8, XxHash3 of all after it with
/// the position as the seed), a mark (4), the record's number (8), up to where the journal was durable when it was appended (8), the record.
/// The position in the checksum keeps bytes of another place or another journal from passing; the number shows that a record is missing;
/// the durable position tells a torn tail from damage to what had been acknowledged.
/// </summary>
internal static class JournalFrame
{
    /// <summary>Bytes before the record.</summary>
    public const int HeaderSize = LogHeader + FrameHeader;

    /// <summary>Where a journal begins: FASTER keeps the addresses below for itself.</summary>
    public const long FirstPosition = 64;

    private const int LogHeader = sizeof(int);
    private const int FrameHeader = 28;
    private const int Alignment = 4;
    private const int MarkOffset = 8;
    private const int OrdinalOffset = 12;
    private const int DurableOffset = 20;
    private const uint Mark = 0x314C4E4A;

    /// <summary>Bytes in the log for a record of so many.</summary>
    public static int SizeOf(int recordBytes) => (HeaderSize + recordBytes + Alignment - 1) & -Alignment;

    /// <summary>Where a record of so many bytes goes when the log ends at <paramref name="tail"/>: on the next page if it does not fit.</summary>
    public static long PositionFor(long tail, int recordBytes, int pageBytes)
    {
        var left = pageBytes - (tail & (pageBytes - 1));
        return SizeOf(recordBytes) <= left ? tail : tail + left;
    }

    /// <summary>Writes all but the log's own length, with the ingest time set. Returns the bytes written.</summary>
    public static int Write(Span<byte> frame, ReadOnlySpan<byte> record, long ingestTime, long ordinal)
    {
        var size = FrameHeader + record.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[MarkOffset..], Mark);
        BinaryPrimitives.WriteInt64LittleEndian(frame[OrdinalOffset..], ordinal);
        record.CopyTo(frame[FrameHeader..]);
        EventRecord.SetIngestTime(frame[FrameHeader..], ingestTime);
        return size;
    }

    /// <summary>Finishes a written frame for the place that it goes to.</summary>
    public static void Seal(Span<byte> frame, long position, long durable)
    {
        BinaryPrimitives.WriteInt64LittleEndian(frame[DurableOffset..], durable);
        BinaryPrimitives.WriteUInt64LittleEndian(frame, XxHash3.HashToUInt64(frame[MarkOffset..], position));
    }

    /// <summary>What the log says that the bytes begin with: 0 where nothing was written.</summary>
    public static int Length(ReadOnlySpan<byte> bytes) => bytes.Length < LogHeader ? 0 : BinaryPrimitives.ReadInt32LittleEndian(bytes);

    /// <summary>Whether a whole, undamaged frame begins here; <paramref name="size"/> are its bytes in the log.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes, long position, out int size)
    {
        var length = Length(bytes);
        size = 0;
        if (length < FrameHeader || length > bytes.Length - LogHeader) return false;
        var frame = bytes.Slice(LogHeader, length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(frame[MarkOffset..]) != Mark) return false;
        if (BinaryPrimitives.ReadUInt64LittleEndian(frame) != XxHash3.HashToUInt64(frame[MarkOffset..], position)) return false;
        size = SizeOf(length - FrameHeader);
        return true;
    }

    public static long Ordinal(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes[(LogHeader + OrdinalOffset)..]);

    public static long Durable(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes[(LogHeader + DurableOffset)..]);

    /// <summary>The record of a frame that is known to be whole.</summary>
    public static ReadOnlySpan<byte> Record(ReadOnlySpan<byte> bytes) => bytes[HeaderSize..(LogHeader + Length(bytes))];
}

using System.Buffers.Binary;

namespace FeatureModel.Windows;

/// <summary>
/// The first 16 bytes of a row, little-endian: format version (2 bytes), number of tracks (2), bytes of the row with this header (4), newest
/// event time (8). The tracks follow in the plan's order.
/// </summary>
internal readonly record struct RowHeader(int Length, long NewestMicros)
{
    public const int Bytes = 16;
    private const ushort Version = 1;

    /// <summary>False where the bytes are no whole row of the plan's: another format, or torn.</summary>
    public static bool TryRead(ReadOnlySpan<byte> row, WindowPlan plan, out RowHeader header)
    {
        header = default;
        if (row.Length < Bytes) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(row[4..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(row) != Version || BinaryPrimitives.ReadUInt16LittleEndian(row[2..]) != plan.TrackCount) return false;
        if (length < plan.EmptyBytes || length > row.Length) return false;
        header = new RowHeader(length, BinaryPrimitives.ReadInt64LittleEndian(row[8..]));
        return true;
    }

    public void Write(Span<byte> row, WindowPlan plan)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(row, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(row[2..], (ushort)plan.TrackCount);
        BinaryPrimitives.WriteInt32LittleEndian(row[4..], Length);
        BinaryPrimitives.WriteInt64LittleEndian(row[8..], NewestMicros);
    }
}

using System.Buffers.Binary;
using System.Text;
using Appliance.Features.Store;
using FeatureModel.Events;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>
/// The blocks of a file of ids: length of what follows the sum (4 bytes), its CRC-32C (4), kind (1), then either a partition's name (2 bytes of length) and
/// its ids (id 16, time 8, offset 8), or the stream positions that reading began from. Little-endian. Pure.
/// </summary>
internal static class KafkaIdBlock
{
    public const byte Ids = 1;
    public const byte Start = 2;
    public const int IdBytes = EventId.Size + (2 * sizeof(long));

    private const int FrameBytes = 2 * sizeof(int);

    public static void WriteIds(MemoryStream to, string partition, ReadOnlySpan<KafkaSeenId> ids)
    {
        var name = Encoding.UTF8.GetByteCount(partition);
        var block = new byte[FrameBytes + 1 + sizeof(ushort) + name + (ids.Length * IdBytes)];
        block[FrameBytes] = Ids;
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(FrameBytes + 1), checked((ushort)name));
        Encoding.UTF8.GetBytes(partition, block.AsSpan(FrameBytes + 1 + sizeof(ushort)));
        var rest = block.AsSpan(FrameBytes + 1 + sizeof(ushort) + name);
        foreach (ref readonly var id in ids)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, id.Id.Low);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[8..], id.Id.High);
            BinaryPrimitives.WriteInt64LittleEndian(rest[16..], id.Time);
            BinaryPrimitives.WriteInt64LittleEndian(rest[24..], id.Position);
            rest = rest[IdBytes..];
        }
        Frame(block);
        to.Write(block);
    }

    public static void WriteStart(MemoryStream to, StreamPositions from)
    {
        var positions = from.ToBytes();
        var block = new byte[FrameBytes + 1 + positions.Length];
        block[FrameBytes] = Start;
        positions.CopyTo(block, FrameBytes + 1);
        Frame(block);
        to.Write(block);
    }

    /// <summary>Takes the first block off; false where there is no whole one.</summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out byte kind, out ReadOnlySpan<byte> content)
    {
        kind = 0;
        content = default;
        if (rest.Length < FrameBytes + 1) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length < 1 || length > rest.Length - FrameBytes) return false;
        var body = rest.Slice(FrameBytes, length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(rest[sizeof(int)..]) != Crc32C.Of(body)) return false;
        kind = body[0];
        content = body[1..];
        rest = rest[(FrameBytes + length)..];
        return true;
    }

    /// <summary>Splits the content of a block of ids.</summary>
    public static ReadOnlySpan<byte> ReadIds(ReadOnlySpan<byte> content, out string partition)
    {
        var name = BinaryPrimitives.ReadUInt16LittleEndian(content);
        partition = Encoding.UTF8.GetString(content.Slice(sizeof(ushort), name));
        return content[(sizeof(ushort) + name)..];
    }

    public static KafkaSeenId ReadId(ReadOnlySpan<byte> bytes, int partition, int segment) => new(
        EventId.Read(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), partition, segment);

    private static void Frame(Span<byte> block)
    {
        BinaryPrimitives.WriteInt32LittleEndian(block, block.Length - FrameBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(block[sizeof(int)..], Crc32C.Of(block[FrameBytes..]));
    }
}

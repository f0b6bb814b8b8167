// Hot path: every event is written from these.
using System.Buffers.Binary;

namespace FeatureModel.Events;

/// <summary>What an event's record is made of; times are microseconds since 1970 UTC. The caller has checked the limits.</summary>
public ref struct EventParts
{
    public long IngestTime { get; set; }
    public long EventTime { get; set; }
    public long? CreatedTime { get; set; }

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Source { get; set; }

    /// <summary>UTF-8; empty where the sender gave none.</summary>
    public ReadOnlySpan<byte> GivenId { get; set; }

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Type { get; set; }

    /// <summary>As <see cref="EventEntitySection"/> writes it.</summary>
    public ReadOnlySpan<byte> Entity { get; set; }

    public int EntityKeyCount { get; set; }

    /// <summary>A JSON object, UTF-8.</summary>
    public ReadOnlySpan<byte> Data { get; set; }

    /// <summary>Bytes of the record.</summary>
    public readonly int Size => EventRecord.HeaderSize + Source.Length + GivenId.Length + Type.Length + Entity.Length + Data.Length;

    /// <summary>Writes the record, its id included; <paramref name="destination"/> has room for <see cref="Size"/> bytes.</summary>
    public readonly int WriteTo(Span<byte> destination)
    {
        var size = Size;
        var record = destination[..size];
        record[..EventRecord.HeaderSize].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(record, size);
        record[EventRecord.VersionOffset] = EventRecord.Version;
        record[EventRecord.FlagsOffset] = (byte)((GivenId.IsEmpty ? 0 : EventRecord.IdGivenFlag) | (CreatedTime is null ? 0 : EventRecord.CreatedFlag));
        BinaryPrimitives.WriteInt64LittleEndian(record[EventRecord.IngestTimeOffset..], IngestTime);
        BinaryPrimitives.WriteInt64LittleEndian(record[EventRecord.EventTimeOffset..], EventTime);
        BinaryPrimitives.WriteInt64LittleEndian(record[EventRecord.CreatedTimeOffset..], CreatedTime ?? 0);
        BinaryPrimitives.WriteUInt16LittleEndian(record[EventRecord.SourceLengthOffset..], checked((ushort)Source.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(record[EventRecord.IdLengthOffset..], checked((ushort)GivenId.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(record[EventRecord.TypeLengthOffset..], checked((ushort)Type.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(record[EventRecord.EntityLengthOffset..], checked((ushort)Entity.Length));
        BinaryPrimitives.WriteInt32LittleEndian(record[EventRecord.DataLengthOffset..], Data.Length);
        record[EventRecord.KeyCountOffset] = checked((byte)EntityKeyCount);
        var rest = record[EventRecord.HeaderSize..];
        rest = Put(rest, Source);
        rest = Put(rest, GivenId);
        rest = Put(rest, Type);
        rest = Put(rest, Entity);
        Put(rest, Data);
        BinaryPrimitives.WriteUInt128LittleEndian(record[EventRecord.IdOffset..], EventRecord.ComputeId(record));
        return size;
    }

    private static Span<byte> Put(Span<byte> destination, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination);
        return destination[bytes.Length..];
    }
}

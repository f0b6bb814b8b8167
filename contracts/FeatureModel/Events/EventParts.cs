// Hot path: every event is written from these.
using System.Buffers.Binary;

namespace FeatureModel.Events;

/// <summary>What an event's record is made of; times are microseconds since 1970 UTC. The caller has checked the limits.</summary>
public ref struct EventParts
{
    /// <summary>The parts of a record, to be written anew; of history, the parts of the event itself.</summary>
    public static EventParts Of(EventRecord record) => new()
    {
        IngestTime = record.IngestTime,
        EventTime = record.EventTime,
        CreatedTime = record.HasCreatedTime ? record.CreatedTime : null,
        Source = record.Source,
        GivenId = record.GivenId,
        Type = record.Type,
        Entity = record.EntitySection,
        EntityKeyCount = record.EntityKeyCount,
        Data = record.Data,
        RowView = record.RowView,
    };

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

    /// <summary>0 for an event of the stream; else it is history of the view with that number, <see cref="EventRecord.MaxView"/> at most.</summary>
    public uint HistoryView { get; set; }

    /// <summary>0 for all views of its source; else it is a row for the view with that number alone, and no history.</summary>
    public uint RowView { get; set; }

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
        record[EventRecord.FlagsOffset] = (byte)((GivenId.IsEmpty ? 0 : EventRecord.IdGivenFlag) | (CreatedTime is null ? 0 : EventRecord.CreatedFlag)
            | (HistoryView == 0 ? 0 : EventRecord.HistoryFlag) | (RowView == 0 ? 0 : EventRecord.OneViewFlag));
        BinaryPrimitives.WriteInt64LittleEndian(record[EventRecord.IngestTimeOffset..], IngestTime);
        BinaryPrimitives.WriteInt64LittleEndian(record[EventRecord.EventTimeOffset..], EventTime);
        BinaryPrimitives.WriteInt64LittleEndian(record[EventRecord.CreatedTimeOffset..], CreatedTime ?? 0);
        BinaryPrimitives.WriteUInt16LittleEndian(record[EventRecord.SourceLengthOffset..], checked((ushort)Source.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(record[EventRecord.IdLengthOffset..], checked((ushort)GivenId.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(record[EventRecord.TypeLengthOffset..], checked((ushort)Type.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(record[EventRecord.EntityLengthOffset..], checked((ushort)Entity.Length));
        BinaryPrimitives.WriteInt32LittleEndian(record[EventRecord.DataLengthOffset..], Data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[EventRecord.KeyCountOffset..], checked(((HistoryView + RowView) * 256) | (byte)EntityKeyCount));
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

// Hot path: every event is written and read in this form.
using System.Buffers.Binary;
using System.IO.Hashing;

namespace FeatureModel.Events;

/// <summary>
/// A view of an event's binary form, version 1, little-endian; times are microseconds since 1970 UTC. Valid while its bytes are.
/// <code>
///  0 i32 length of the record      8 16 bytes event id     48 u16 length of source    54 u16 length of entity
///  4 u8  version, 1               24 i64 ingest time       50 u16 length of id        56 i32 length of data
///  5 u8  flags: 1 id was given    32 i64 event time        52 u16 length of type      60 u8  join keys
///               2 has created     40 i64 created time                                 61 3 bytes of 0
///  6 u16 0                        64 source, id, type, entity, data
/// </code>
/// Everything but length, id and ingest time says what the event is: without a given id it is hashed from offset 32 on.
/// </summary>
public readonly ref struct EventRecord
{
    /// <summary>Bytes before the texts.</summary>
    public const int HeaderSize = 64;

    /// <summary>The version that is written.</summary>
    public const byte Version = 1;

    /// <summary>The type of an event that is a pushed row: its data are the row's columns.</summary>
    public static ReadOnlySpan<byte> RowType => "row"u8;

    internal const int VersionOffset = 4;
    internal const int FlagsOffset = 5;
    internal const int IdOffset = 8;
    internal const int IngestTimeOffset = 24;
    internal const int EventTimeOffset = 32;
    internal const int CreatedTimeOffset = 40;
    internal const int SourceLengthOffset = 48;
    internal const int IdLengthOffset = 50;
    internal const int TypeLengthOffset = 52;
    internal const int EntityLengthOffset = 54;
    internal const int DataLengthOffset = 56;
    internal const int KeyCountOffset = 60;
    internal const byte IdGivenFlag = 1;
    internal const byte CreatedFlag = 2;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _id;
    private readonly int _type;
    private readonly int _entity;
    private readonly int _data;

    private EventRecord(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _id = HeaderSize + BinaryPrimitives.ReadUInt16LittleEndian(bytes[SourceLengthOffset..]);
        _type = _id + BinaryPrimitives.ReadUInt16LittleEndian(bytes[IdLengthOffset..]);
        _entity = _type + BinaryPrimitives.ReadUInt16LittleEndian(bytes[TypeLengthOffset..]);
        _data = _entity + BinaryPrimitives.ReadUInt16LittleEndian(bytes[EntityLengthOffset..]);
    }

    /// <summary>The whole record.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public EventId Id => EventId.Read(_bytes[IdOffset..]);

    /// <summary>When it was taken in.</summary>
    public long IngestTime => BinaryPrimitives.ReadInt64LittleEndian(_bytes[IngestTimeOffset..]);

    /// <summary>When it happened.</summary>
    public long EventTime => BinaryPrimitives.ReadInt64LittleEndian(_bytes[EventTimeOffset..]);

    public bool HasCreatedTime => (_bytes[FlagsOffset] & CreatedFlag) != 0;

    /// <summary>When its row was made, which settles equal event times; 0 where it was not given.</summary>
    public long CreatedTime => BinaryPrimitives.ReadInt64LittleEndian(_bytes[CreatedTimeOffset..]);

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Source => _bytes[HeaderSize.._id];

    public bool HasGivenId => (_bytes[FlagsOffset] & IdGivenFlag) != 0;

    /// <summary>The id as it was given, UTF-8; empty where none was.</summary>
    public ReadOnlySpan<byte> GivenId => _bytes[_id.._type];

    /// <summary>UTF-8.</summary>
    public ReadOnlySpan<byte> Type => _bytes[_type.._entity];

    public bool IsRow => Type.SequenceEqual(RowType);

    /// <summary>In the order of the names' bytes.</summary>
    public EventEntityKeys Entity => new(_bytes[_entity.._data]);

    public int EntityKeyCount => _bytes[KeyCountOffset];

    /// <summary>The join keys as they lie in the record.</summary>
    public ReadOnlySpan<byte> EntitySection => _bytes[_entity.._data];

    /// <summary>A JSON object, UTF-8, as it was sent.</summary>
    public ReadOnlySpan<byte> Data => _bytes[_data..];

    /// <summary>Takes the record that the bytes begin with; they may go on behind it. False for torn or foreign bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out EventRecord record)
    {
        record = default;
        if (!TryReadLength(bytes, out var length) || length > bytes.Length) return false;
        bytes = bytes[..length];
        const ulong reserved = 0xFFFF_FF00UL;
        if (bytes[VersionOffset] != Version || (bytes[FlagsOffset] & ~(IdGivenFlag | CreatedFlag)) != 0) return false;
        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) != 0 || (BinaryPrimitives.ReadUInt32LittleEndian(bytes[KeyCountOffset..]) & reserved) != 0) return false;
        var view = new EventRecord(bytes);
        var data = BinaryPrimitives.ReadInt32LittleEndian(bytes[DataLengthOffset..]);
        if (data < 0 || (long)view._data + data != length) return false;
        if (view.HasGivenId != view._type > view._id || (!view.HasCreatedTime && view.CreatedTime != 0)) return false;
        if (!EventEntityKeys.IsWhole(bytes[view._entity..view._data], bytes[KeyCountOffset])) return false;
        record = view;
        return true;
    }

    /// <summary>How long the record says it is; false where that cannot be.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length)
    {
        length = bytes.Length < HeaderSize ? 0 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return length >= HeaderSize;
    }

    /// <summary>Sets the ingest time of a record, which is no part of what the event is.</summary>
    public static void SetIngestTime(Span<byte> record, long microseconds) =>
        BinaryPrimitives.WriteInt64LittleEndian(record[IngestTimeOffset..], microseconds);

    /// <summary>The id that a record of these bytes must have. The seed keeps given and derived ids apart, and (source, id) unambiguous.</summary>
    internal static UInt128 ComputeId(ReadOnlySpan<byte> record)
    {
        if ((record[FlagsOffset] & IdGivenFlag) == 0) return XxHash128.HashToUInt128(record[EventTimeOffset..]);
        var source = BinaryPrimitives.ReadUInt16LittleEndian(record[SourceLengthOffset..]);
        var id = BinaryPrimitives.ReadUInt16LittleEndian(record[IdLengthOffset..]);
        return XxHash128.HashToUInt128(record.Slice(HeaderSize, source + id), (1L << 32) | source);
    }
}

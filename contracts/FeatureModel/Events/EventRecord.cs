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
///               2 has created     40 i64 created time                                 61 u24 view; 0 without 4 or 8
///               4 is history                                                          64 source, id, type, entity, data
///               8 is for one view
///  6 u16 0
/// </code>
/// Everything but length, id and ingest time says what the event is: without a given id it is hashed from offset 32 on. A record of history is an
/// event of long ago that is meant for one view alone, whose number it carries; its id is another than that of the same event in the stream. A row of
/// the stream may carry a view's number too: it is then for that view alone, and another event than the same row for all views of its source.
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
    internal const byte HistoryFlag = 4;
    internal const byte OneViewFlag = 8;

    /// <summary>The greatest number of a view that a record can carry.</summary>
    public const uint MaxView = 0xFF_FFFF;

    private const byte KnownFlags = IdGivenFlag | CreatedFlag | HistoryFlag | OneViewFlag;
    private const ulong GivenIdSeed = 1L << 32;
    private const int ViewSeedShift = 40;

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

    /// <summary>Whether it is an event of long ago that was brought in for one view alone.</summary>
    public bool IsHistory => (_bytes[FlagsOffset] & HistoryFlag) != 0;

    /// <summary>The number of the view that a record of history is for; 0 for an event of the stream.</summary>
    public uint HistoryView => IsHistory ? View : 0;

    /// <summary>The number of the view that a row is for alone; 0 for a row for all views of its source that have its keys.</summary>
    public uint RowView => IsHistory ? 0 : View;

    /// <summary>In the order of the names' bytes.</summary>
    public EventEntityKeys Entity => new(_bytes[_entity.._data]);

    public int EntityKeyCount => _bytes[KeyCountOffset];

    /// <summary>The join keys as they lie in the record.</summary>
    public ReadOnlySpan<byte> EntitySection => _bytes[_entity.._data];

    /// <summary>A JSON object, UTF-8, as it was sent.</summary>
    public ReadOnlySpan<byte> Data => _bytes[_data..];

    private uint View => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[KeyCountOffset..]) >> 8;

    private bool HasSoundView => (_bytes[FlagsOffset] & (HistoryFlag | OneViewFlag)) switch
    {
        0 => View == 0,
        HistoryFlag => View > 0,
        OneViewFlag => View > 0 && IsRow,
        _ => false,
    };

    /// <summary>Takes the record that the bytes begin with; they may go on behind it. False for torn or foreign bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out EventRecord record)
    {
        record = default;
        if (!TryReadLength(bytes, out var length) || length > bytes.Length) return false;
        bytes = bytes[..length];
        if (bytes[VersionOffset] != Version || (bytes[FlagsOffset] & ~KnownFlags) != 0 || BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) != 0) return false;
        var view = new EventRecord(bytes);
        var data = BinaryPrimitives.ReadInt32LittleEndian(bytes[DataLengthOffset..]);
        if (data < 0 || (long)view._data + data != length || !view.HasSoundView) return false;
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

    /// <summary>The id that the same event has in the stream; of an event of the stream, its own.</summary>
    public EventId StreamId()
    {
        if (!IsHistory) return Id;
        if (HasGivenId) return EventId.Of(GivenHash(_bytes, view: 0));
        // The stream's record of the event differs in the view's three bytes alone.
        Span<byte> head = stackalloc byte[HeaderSize - EventTimeOffset];
        _bytes[EventTimeOffset..HeaderSize].CopyTo(head);
        head[^3..].Clear();
        var hash = new XxHash128();
        hash.Append(head);
        hash.Append(_bytes[HeaderSize..]);
        return EventId.Of(hash.GetCurrentHashAsUInt128());
    }

    /// <summary>
    /// The id that a record of these bytes must have. The seed keeps given and derived ids apart, (source, id) unambiguous, and an event for one view
    /// from the same one for another and for all.
    /// </summary>
    internal static UInt128 ComputeId(ReadOnlySpan<byte> record)
    {
        if ((record[FlagsOffset] & IdGivenFlag) == 0) return XxHash128.HashToUInt128(record[EventTimeOffset..]);
        return GivenHash(record, BinaryPrimitives.ReadUInt32LittleEndian(record[KeyCountOffset..]) >> 8);
    }

    private static UInt128 GivenHash(ReadOnlySpan<byte> record, uint view)
    {
        var source = BinaryPrimitives.ReadUInt16LittleEndian(record[SourceLengthOffset..]);
        var id = BinaryPrimitives.ReadUInt16LittleEndian(record[IdLengthOffset..]);
        return XxHash128.HashToUInt128(record.Slice(HeaderSize, source + id), (long)(((ulong)view << ViewSeedShift) | GivenIdSeed | source));
    }
}

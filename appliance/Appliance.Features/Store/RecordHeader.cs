using System.Runtime.InteropServices;

namespace Appliance.Features.Store;

/// <summary>
/// What stands before every stored row. 28 bytes: behind the store's length field of 4 the row begins on a multiple of 8.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct RecordHeader
{
    internal const int Bytes = 28;

    /// <summary>Odd while the writer changes the record; readers read again when it changed. Owned by the store.</summary>
    internal uint Sequence;

    /// <summary>When it happened, microseconds since 1970.</summary>
    public long EventTime;

    /// <summary>When the row was made, microseconds since 1970; settles equal event times.</summary>
    public long CreatedTime;

    /// <summary>The number of the row's layout.</summary>
    public uint Layout;

    /// <summary>Bytes of the row; the record may have room for more. Set by the store.</summary>
    internal int RowBytes;

    /// <summary>Whether a row of these times takes this one's place: the newest event time wins, then the greater created time, a full tie goes to the later arrival.</summary>
    public readonly bool YieldsTo(long eventTime, long createdTime) =>
        eventTime > EventTime || (eventTime == EventTime && createdTime >= CreatedTime);
}

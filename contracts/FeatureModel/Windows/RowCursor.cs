// Hot path: walks every row that is read or changed.
using System.Buffers.Binary;

namespace FeatureModel.Windows;

/// <summary>
/// Goes through a row's tracks in the plan's order. Before each track's state stand 8 bytes, little-endian: how many panes (4), their bytes (4).
/// A row that does not exist yet is one whose tracks hold nothing.
/// </summary>
internal ref struct RowCursor
{
    public const int TrackHeadBytes = 8;

    private readonly ReadOnlySpan<byte> _row;
    private readonly bool _exists;
    private int _at;

    private RowCursor(ReadOnlySpan<byte> row, bool exists, long newestMicros)
    {
        _row = row;
        _exists = exists;
        _at = RowHeader.Bytes;
        NewestMicros = newestMicros;
    }

    /// <summary>Of the row's events, each no later than when it was read; <see cref="long.MinValue"/> for a row that does not exist yet.</summary>
    public long NewestMicros { get; }

    /// <summary>Bytes of the row.</summary>
    public readonly int Length => _row.Length;

    /// <summary>Where the state that was taken last begins in the row.</summary>
    public int StateAt { get; private set; }

    /// <summary>False where the bytes are no row of the plan's.</summary>
    public static bool TryOpen(WindowPlan plan, ReadOnlySpan<byte> row, out RowCursor cursor)
    {
        cursor = new RowCursor(default, exists: false, long.MinValue);
        if (row.IsEmpty) return true;
        if (!RowHeader.TryRead(row, plan, out var header)) return false;
        cursor = new RowCursor(row[..header.Length], exists: true, header.NewestMicros);
        return true;
    }

    /// <summary>Takes the next track's state. Each length is read once and checked before use: bytes may change under a reader.</summary>
    public bool TryNext(WindowTrack track, out ReadOnlySpan<byte> state)
    {
        state = default;
        if (!_exists) return true;
        var rest = _row[_at..];
        if (rest.Length < TrackHeadBytes) return false;
        var number = BinaryPrimitives.ReadInt32LittleEndian(rest);
        var bytes = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
        if (number < 0 || bytes < 0 || bytes > rest.Length - TrackHeadBytes || !Agree(track, number, bytes)) return false;
        state = rest.Slice(TrackHeadBytes, bytes);
        StateAt = _at + TrackHeadBytes;
        _at = StateAt + bytes;
        return true;
    }

    public static void WriteTrackHead(Span<byte> at, int count, int bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(at, count);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], bytes);
    }

    private static bool Agree(WindowTrack track, int count, int bytes) => track.Key.Kind switch
    {
        TrackKind.Numbers => (long)count * track.PaneBytes == bytes,
        TrackKind.Distinct => (long)count * DistinctPanes.HeadBytes <= bytes,
        _ => count is 0 or 1 && bytes == count * DecayedValue.Bytes,
    };
}

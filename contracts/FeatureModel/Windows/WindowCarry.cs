namespace FeatureModel.Windows;

/// <summary>
/// Carries rows of one plan over to another, when a view has a new version: what features of both keep goes on, what only the new one
/// keeps begins empty. Immutable, thread-safe.
/// </summary>
public sealed class WindowCarry
{
    private readonly WindowPlan _from;
    private readonly WindowPlan _to;

    // For each track of the new plan its track in the old one; -1: it begins empty.
    private readonly int[] _sources;

    public WindowCarry(WindowPlan from, WindowPlan to)
    {
        _from = from;
        _to = to;
        _sources = [.. to.Tracks.Select(t => from.Find(to.IdentityOf(t.Key), t.Columns))];
    }

    /// <summary>Places in the view of features that have no history in old rows: those that only a backfill can fill.</summary>
    public IReadOnlyList<int> Empty => [.. _to.Tracks.Where((_, i) => _sources[i] < 0).SelectMany(t => t.Reads).Select(r => r.Feature).Order()];

    /// <summary>Room that <see cref="TryCarry"/> needs at most.</summary>
    public int MaxBytes(ReadOnlySpan<byte> row) => _to.EmptyBytes + _sources.Length * WindowRow.LengthOf(_from, row);

    /// <summary>Writes the row as the new plan has it. False where the bytes are no row of the old plan's.</summary>
    /// <param name="next">At least <see cref="MaxBytes"/> long; apart from the row.</param>
    public bool TryCarry(ReadOnlySpan<byte> row, Span<byte> next, out int written)
    {
        written = 0;
        if (!RowCursor.TryOpen(_from, row, out var start)) return false;
        var rest = next[RowHeader.Bytes..];
        for (var i = 0; i < _sources.Length; i++)
        {
            if (!TryFind(start, _sources[i], out var state)) return false;
            var target = _to.Tracks[i];
            if (_sources[i] >= 0 && target.Key.Kind == TrackKind.Numbers && _from.Tracks[_sources[i]].PaneBytes != target.PaneBytes)
            {
                Narrow(_from.Tracks[_sources[i]], target, state, ref rest);
            }
            else if (!TrackState.TryMerge(target, state, default, start.NewestMicros, ref rest))
            {
                return false;
            }
        }
        written = next.Length - rest.Length;
        new RowHeader(written, start.NewestMicros).Write(next, _to);
        return true;
    }

    private bool TryFind(RowCursor cursor, int source, out ReadOnlySpan<byte> state)
    {
        state = default;
        for (var i = 0; i <= source; i++)
        {
            if (!cursor.TryNext(_from.Tracks[i], out state)) return false;
        }
        return true;
    }

    private static void Narrow(WindowTrack source, WindowTrack target, ReadOnlySpan<byte> state, ref Span<byte> rest)
    {
        var body = rest[RowCursor.TrackHeadBytes..];
        var count = state.Length / source.PaneBytes;
        for (var i = 0; i < count; i++)
        {
            NumberPanes.Narrow(source, target, state.Slice(i * source.PaneBytes, source.PaneBytes), body.Slice(i * target.PaneBytes, target.PaneBytes));
        }
        RowCursor.WriteTrackHead(rest, count, count * target.PaneBytes);
        rest = body[(count * target.PaneBytes)..];
    }
}

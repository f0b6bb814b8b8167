// Hot path: one call for each event and view, one for each row that is read.
using System.Diagnostics;
using FeatureModel.Values;

namespace FeatureModel.Windows;

/// <summary>
/// The state of one entity in one stream view as bytes (format in docs/features/windows.md): pure functions over spans that allocate
/// nothing. A row that does not exist yet is an empty span; bytes behind a row's own length are ignored, so a row may lie in a longer record.
/// </summary>
public static class WindowRow
{
    /// <summary>Bytes that the row takes of its record; 0 where there is none, or the bytes are no row of the plan's.</summary>
    public static int LengthOf(WindowPlan plan, ReadOnlySpan<byte> row) => RowHeader.TryRead(row, plan, out var header) ? header.Length : 0;

    /// <summary>Room that <see cref="Apply"/> needs at most.</summary>
    public static int MaxBytesAfter<TEvent>(WindowPlan plan, ReadOnlySpan<byte> current, scoped TEvent ev)
        where TEvent : IWindowEvent, allows ref struct
    {
        var bytes = Math.Max(LengthOf(plan, current), plan.EmptyBytes);
        foreach (var track in plan.Tracks)
        {
            if (track.TryTake(ref ev, out _)) bytes += track.GrowthBytes;
        }
        return bytes;
    }

    /// <summary>Room that <see cref="Merge"/> needs at most.</summary>
    public static int MaxBytesMerged(WindowPlan plan, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        Math.Max(LengthOf(plan, a) + LengthOf(plan, b), plan.EmptyBytes);

    /// <summary>
    /// Writes the row with the event added, without the panes that no window reaches any more. False, with nothing to keep, where
    /// <paramref name="current"/> is not a row of the plan's.
    /// </summary>
    /// <param name="next">At least <see cref="MaxBytesAfter"/> long; apart from <paramref name="current"/>.</param>
    public static bool Apply<TEvent>(WindowPlan plan, ReadOnlySpan<byte> current, scoped TEvent ev, Span<byte> next, out int written)
        where TEvent : IWindowEvent, allows ref struct
    {
        written = 0;
        if (!RowCursor.TryOpen(plan, current, out var cursor)) return false;
        var newest = Math.Max(cursor.NewestMicros, Math.Min(ev.EventMicros, ev.IngestMicros));
        Span<byte> scratch = stackalloc byte[TrackState.MostOneBytes];
        var rest = next[RowHeader.Bytes..];
        foreach (var track in plan.Tracks)
        {
            if (!cursor.TryNext(track, out var state)) return false;
            if (!TrackState.TryMerge(track, state, TrackState.One(track, ref ev, scratch), newest, ref rest)) return false;
        }
        written = next.Length - rest.Length;
        new RowHeader(written, newest).Write(next, plan);
        return true;
    }

    /// <summary>
    /// Adds the event where the row lies. False, with nothing changed, where that would change the row's length (or it is not a row of the
    /// plan's): then <see cref="Apply"/> must.
    /// </summary>
    public static bool TryApplyInPlace<TEvent>(WindowPlan plan, Span<byte> row, scoped TEvent ev)
        where TEvent : IWindowEvent, allows ref struct
    {
        if (row.IsEmpty || !RowCursor.TryOpen(plan, row, out var check)) return false;
        var change = check;
        var newest = Math.Max(check.NewestMicros, Math.Min(ev.EventMicros, ev.IngestMicros));
        Span<byte> scratch = stackalloc byte[TrackState.MostOneBytes];
        foreach (var track in plan.Tracks)
        {
            if (!check.TryNext(track, out var state) || !TrackState.FitsInPlace(track, state, TrackState.One(track, ref ev, scratch), newest)) return false;
        }
        foreach (var track in plan.Tracks)
        {
            var taken = change.TryNext(track, out var state);
            Debug.Assert(taken, "It was taken a moment ago, and nobody else changes the row.");
            var one = TrackState.One(track, ref ev, scratch);
            if (!one.IsEmpty) TrackState.MergeInPlace(track, row.Slice(change.StateAt, state.Length), one);
        }
        new RowHeader(change.Length, newest).Write(row, plan);
        return true;
    }

    /// <summary>
    /// Writes the row of both rows' events, which must be apart: history that was computed elsewhere, and what the stream has seen since. False
    /// where either is not a row of the plan's.
    /// </summary>
    /// <param name="next">At least <see cref="MaxBytesMerged"/> long; apart from both.</param>
    public static bool Merge(WindowPlan plan, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> next, out int written)
    {
        written = 0;
        if (!RowCursor.TryOpen(plan, a, out var left) || !RowCursor.TryOpen(plan, b, out var right)) return false;
        var newest = Math.Max(left.NewestMicros, right.NewestMicros);
        var rest = next[RowHeader.Bytes..];
        foreach (var track in plan.Tracks)
        {
            if (!left.TryNext(track, out var mine) || !right.TryNext(track, out var other)) return false;
            if (!TrackState.TryMerge(track, mine, other, newest, ref rest)) return false;
        }
        written = next.Length - rest.Length;
        new RowHeader(written, newest).Write(next, plan);
        return true;
    }

    /// <summary>
    /// The features' values at a moment. False, with values to forget, where the bytes are no row of the plan's; bytes that another thread is
    /// changing may give false or wrong values, never a fault, and the caller's sequence number tells.
    /// </summary>
    /// <param name="values">At least <see cref="WindowPlan.FeatureCount"/> long.</param>
    public static bool Read(WindowPlan plan, ReadOnlySpan<byte> row, long nowMicros, Span<FeatureValue> values)
    {
        var sink = new ValueSink(plan.Types, values);
        return TryRead(plan, row, nowMicros, ref sink);
    }

    /// <summary>The features' values as doubles, as <see cref="Read"/> gives them; a null is NaN and has its bit set.</summary>
    /// <param name="nullBits">One bit a feature, the lowest of the first first; cleared here.</param>
    public static bool ReadNumbers(WindowPlan plan, ReadOnlySpan<byte> row, long nowMicros, Span<double> values, Span<ulong> nullBits)
    {
        nullBits[..((plan.FeatureCount + 63) / 64)].Clear();
        var sink = new NumberSink(values, nullBits);
        return TryRead(plan, row, nowMicros, ref sink);
    }

    private static bool TryRead<TSink>(WindowPlan plan, ReadOnlySpan<byte> row, long nowMicros, ref TSink sink)
        where TSink : IWindowSink, allows ref struct
    {
        if (!RowCursor.TryOpen(plan, row, out var cursor)) return false;
        foreach (var track in plan.Tracks)
        {
            if (!cursor.TryNext(track, out var state)) return false;
            switch (track.Key.Kind)
            {
                case TrackKind.Numbers:
                    NumberPanes.Read(track, state, nowMicros, ref sink);
                    break;
                case TrackKind.Distinct:
                    if (!DistinctPanes.TryRead(track, state, nowMicros, ref sink)) return false;
                    break;
                default:
                    DecayedValue.Read(track, state, nowMicros, ref sink);
                    break;
            }
        }
        return true;
    }
}

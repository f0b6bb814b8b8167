// Hot path: every event is merged into each track of its view.
namespace FeatureModel.Windows;

/// <summary>What the three kinds of track have in common. An event is merged as the state that it alone would make.</summary>
internal static class TrackState
{
    /// <summary>The longest state of one event.</summary>
    public const int MostOneBytes = NumberPanes.MostPaneBytes;

    /// <summary>The state that the event alone makes, in the scratch; nothing where the track does not take the event.</summary>
    public static ReadOnlySpan<byte> One<TEvent>(WindowTrack track, scoped ref TEvent ev, Span<byte> scratch)
        where TEvent : IWindowEvent, allows ref struct
    {
        if (!track.TryTake(ref ev, out var input)) return default;
        switch (track.Key.Kind)
        {
            case TrackKind.Numbers:
                NumberPanes.One(track, input, ev.EventMicros, ev.ArrivalOrder, scratch);
                return scratch[..track.PaneBytes];
            case TrackKind.Distinct:
                DistinctPanes.One(track, input, ev.EventMicros, scratch);
                return scratch[..DistinctPanes.GrowthBytes];
            default:
                DecayedValue.One(input, Math.Min(ev.EventMicros, ev.IngestMicros), scratch);
                return scratch[..DecayedValue.Bytes];
        }
    }

    /// <summary>Writes both sides' state with its head and moves on; false where the bytes are no state of the track's.</summary>
    public static bool TryMerge(WindowTrack track, scoped ReadOnlySpan<byte> a, scoped ReadOnlySpan<byte> b, long newestMicros, ref Span<byte> next)
    {
        var body = next[RowCursor.TrackHeadBytes..];
        int count, bytes;
        switch (track.Key.Kind)
        {
            case TrackKind.Numbers:
                bytes = NumberPanes.Merge(track, a, b, track.OldestPane(newestMicros), body);
                count = bytes / track.PaneBytes;
                break;
            case TrackKind.Distinct:
                if (!DistinctPanes.TryMerge(a, b, track.OldestPane(newestMicros), body, out count, out bytes)) return false;
                break;
            default:
                bytes = DecayedValue.Merge(track, a, b, body);
                count = bytes / DecayedValue.Bytes;
                break;
        }
        RowCursor.WriteTrackHead(next, count, bytes);
        next = body[bytes..];
        return true;
    }

    /// <summary>Whether <see cref="MergeInPlace"/> can take that state, or nothing, without a change of length.</summary>
    public static bool FitsInPlace(WindowTrack track, ReadOnlySpan<byte> state, ReadOnlySpan<byte> one, long newestMicros) => track.Key.Kind switch
    {
        TrackKind.Numbers => NumberPanes.FitsInPlace(track, state, one, track.OldestPane(newestMicros)),
        TrackKind.Distinct => DistinctPanes.FitsInPlace(state, one, track.OldestPane(newestMicros)),
        _ => one.IsEmpty || !state.IsEmpty,
    };

    public static void MergeInPlace(WindowTrack track, Span<byte> state, ReadOnlySpan<byte> one)
    {
        switch (track.Key.Kind)
        {
            case TrackKind.Numbers:
                NumberPanes.MergeInPlace(track, state, one);
                break;
            case TrackKind.Distinct:
                DistinctPanes.MergeInPlace(state, one);
                break;
            default:
                DecayedValue.Merge(track, state, one, state);
                break;
        }
    }
}

// Hot path: every event is offered to every track of its view.
namespace FeatureModel.Windows;

/// <summary>The state that features with one field, filter and pane length share. Immutable: a description, the state itself is in rows.</summary>
internal sealed class WindowTrack
{
    /// <summary>
    /// Numbers further from 0 than this are no values: below it, no sum of as many events as an int64 counts leaves the range of a double.
    /// </summary>
    public const double GreatestNumber = 1e288;

    private readonly WindowFieldKind _fieldKind;

    public WindowTrack(TrackKey key, WindowFieldKind fieldKind, TrackColumns columns, WindowRead[] reads, long lateness)
    {
        Key = key;
        _fieldKind = fieldKind;
        Columns = columns;
        Reads = [.. reads.OrderBy(r => r.Panes)];
        MostPanes = Reads[^1].Panes;
        // More than the window would let rows of short windows grow to the lateness: a day of 2 s panes.
        Slack = Math.Min(lateness, MostPanes * key.Micros);
        var at = sizeof(long);
        CountAt = Column(TrackColumns.Count, 8);
        SumAt = Column(TrackColumns.Sum, 16);
        MinAt = Column(TrackColumns.Min, 8);
        MaxAt = Column(TrackColumns.Max, 8);
        LastAt = Column(TrackColumns.Last, 24);
        PaneBytes = at;

        int Column(TrackColumns column, int bytes)
        {
            if ((columns & column) == 0) return 0;
            at += bytes;
            return at - bytes;
        }
    }

    public TrackKey Key { get; }

    /// <summary>Shortest window first.</summary>
    public WindowRead[] Reads { get; }

    /// <summary>Panes of the longest window.</summary>
    public long MostPanes { get; }

    /// <summary>How far before the row's newest event time reads must still be exact.</summary>
    public long Slack { get; }

    public TrackColumns Columns { get; }

    public bool IsInteger => _fieldKind == WindowFieldKind.Integer;

    /// <summary>Bytes of a number track's pane: its number, then the columns.</summary>
    public int PaneBytes { get; }

    /// <summary>Where a column begins in a pane; 0 where the track has none of it.</summary>
    public int CountAt { get; }
    public int SumAt { get; }
    public int MinAt { get; }
    public int MaxAt { get; }
    public int LastAt { get; }

    /// <summary>What one event can add to the track's bytes.</summary>
    public int GrowthBytes => Key.Kind switch
    {
        TrackKind.Numbers => PaneBytes,
        TrackKind.Distinct => DistinctPanes.GrowthBytes,
        _ => DecayedValue.Bytes,
    };

    public long PaneOf(long micros) => PaneLength.PaneOf(micros, Key.Micros);

    /// <summary>The oldest pane that a window reaches at the slack before that event time.</summary>
    public long OldestPane(long newestMicros) => PaneOf(newestMicros - Slack) - MostPanes + 1;

    /// <summary>The event's value; false where the event is none of this track's, by filter or for want of a value.</summary>
    public bool TryTake<TEvent>(scoped ref TEvent ev, out WindowInput input) where TEvent : IWindowEvent, allows ref struct
    {
        input = default;
        if (Key.Filter >= 0 && !ev.Matches(Key.Filter)) return false;
        if (Key.Field < 0)
        {
            input = new WindowInput(1, 1, 0);
            return true;
        }
        switch (_fieldKind)
        {
            case WindowFieldKind.Integer:
                if (!ev.TryGetInteger(Key.Field, out var integer)) return false;
                input = new WindowInput(integer, integer, Key.Kind == TrackKind.Distinct ? DistinctHash.OfInteger(integer) : 0);
                return true;
            case WindowFieldKind.Number:
                if (!ev.TryGetNumber(Key.Field, out var number) || !(Math.Abs(number) <= GreatestNumber)) return false;
                // -0 becomes 0: the least and the greatest of both would depend on their order.
                number += 0.0;
                input = new WindowInput(0, number, Key.Kind == TrackKind.Distinct ? DistinctHash.OfNumber(number) : 0);
                return true;
            default:
                if (!ev.TryGetTextHash(Key.Field, out var hash)) return false;
                input = new WindowInput(0, 0, hash);
                return true;
        }
    }
}

namespace FeatureModel.Windows;

/// <summary>
/// From when on each track of a view has counted events, over the versions of the view: what the first version has began with the view, and may have got history; what
/// a later one adds begins with that version, or with what a track kept for shorter windows. Immutable.
/// </summary>
public sealed class WindowCoverage
{
    private readonly WindowPlan _plan;
    private readonly WindowPlan _first;

    // For each track of the plan, in microseconds: from when on it has all events, and which version's time made that so.
    private readonly long[] _begun;
    private readonly long[] _settled;

    // When the view began.
    private readonly long _born;

    private WindowCoverage(WindowPlan plan, WindowPlan first, long born, long[] begun, long[] settled) =>
        (_plan, _first, _born, _begun, _settled) = (plan, first, born, begun, settled);

    /// <summary>The coverage of a view that begins.</summary>
    /// <param name="at">When, in microseconds since 1970 UTC.</param>
    public static WindowCoverage Begin(WindowPlan plan, long at) => new(plan, plan, at, Times(plan, at), Times(plan, at));

    /// <summary>The coverage once rows are carried over to another plan, which was compiled with this one before it.</summary>
    /// <param name="at">When, in microseconds since 1970 UTC.</param>
    public WindowCoverage Next(WindowPlan plan, long at)
    {
        var (begun, settled) = (Times(plan, at), Times(plan, at));
        for (var i = 0; i < begun.Length; i++)
        {
            var source = _plan.Find(plan.IdentityOf(plan.Tracks[i].Key), plan.Tracks[i].Columns);
            if (source < 0) continue;
            var kept = at - (_plan.Tracks[source].MostPanes * _plan.Tracks[source].Key.Micros);
            // Panes from before what the longest window reached may be gone.
            (begun[i], settled[i]) = _begun[source] >= kept ? (_begun[source], _settled[source]) : (kept, at);
        }
        return new WindowCoverage(plan, _first, _born, begun, settled);
    }

    /// <summary>The windows that the first version had not and that were not whole when they came. Decayed values have no length, and are left out.</summary>
    public IReadOnlyList<AddedWindow> Added
    {
        get
        {
            var added = new List<AddedWindow>();
            for (var i = 0; i < _plan.Tracks.Length; i++)
            {
                var track = _plan.Tracks[i];
                if (track.Key.Kind == TrackKind.Decayed) continue;
                foreach (var read in track.Reads)
                {
                    // The oldest pane of the window is the first that is counted from its beginning on.
                    var wholeFrom = (track.PaneOf(_begun[i] - 1) + read.Panes) * track.Key.Micros;
                    if (wholeFrom > _settled[i] && !(_begun[i] == _born && IsOfFirst(track, read))) added.Add(new AddedWindow(read.Feature, wholeFrom));
                }
            }
            return added;
        }
    }

    private bool IsOfFirst(WindowTrack track, WindowRead read)
    {
        var at = _first.Find(_plan.IdentityOf(track.Key), track.Columns);
        return at >= 0 && _first.Tracks[at].MostPanes >= read.Panes;
    }

    private static long[] Times(WindowPlan plan, long at)
    {
        var times = new long[plan.Tracks.Length];
        Array.Fill(times, at);
        return times;
    }
}

using FeatureModel.Definitions;
using FeatureModel.Values;

namespace FeatureModel.Windows;

/// <summary>Checks a view's aggregates and lays out their tracks; used once.</summary>
internal sealed class WindowPlanCompiler(FeatureViewDefinition view, SourceDefinition source, WindowPlan? before, List<WindowFault> faults)
{
    // Tracks are numbered in 2 bytes of a row; far above what one view can sensibly hold.
    private const int MostFeatures = 4_096;
    private const string DefaultLateness = "1d";

    private const long LongestHalfLife = 365 * Durations.Day;

    private readonly List<WindowField> _fields = [];
    private readonly List<string> _filters = [];

    // In the order of the features that first need them, so that equal definitions give equal rows.
    private readonly List<TrackDraft> _tracks = [];

    public WindowPlan? Compile()
    {
        if (view.Kind != "stream") Fail($"view '{view.Name}': kind is '{view.Kind}'; only a view of kind stream has windows");
        if (view.Features.Count is 0 or > MostFeatures)
        {
            Fail($"view '{view.Name}': it has {view.Features.Count} features; a stream view has 1 to {MostFeatures}");
        }
        if (!Durations.TryParse(source.Lateness ?? DefaultLateness, out var lateness))
        {
            Fail($"source '{source.Name}': lateness is '{source.Lateness}'; {Durations.Rule}");
        }
        var types = new FeatureDataType[view.Features.Count];
        for (var i = 0; i < types.Length; i++) types[i] = Add(i, view.Features[i]);
        if (faults.Count > 0) return null;
        var tracks = _tracks.Select(t => new WindowTrack(t.Key, t.FieldKind, t.Columns, [.. t.Reads], lateness));
        return new WindowPlan([.. _fields], [.. _filters], types, [.. tracks]);
    }

    private void Fail(string sentence) => faults.Add(new WindowFault(-1, sentence));

    private FeatureDataType Add(int index, FeatureDefinition feature)
    {
        var check = new AggregateCheck(view.Name, index, feature, source, faults);
        if (!check.TryRead(out var aggregate)) return default;
        var decayed = aggregate.Function == WindowFunction.Decayed;
        var window = 0L;
        var micros = decayed ? HalfLife(check, feature.Aggregate!) : Pane(check, feature.Aggregate!, out window);
        if (micros == 0) return aggregate.Type;
        var kind = aggregate.Function switch
        {
            WindowFunction.Distinct => TrackKind.Distinct,
            WindowFunction.Decayed => TrackKind.Decayed,
            _ => TrackKind.Numbers,
        };
        var key = new TrackKey(kind, FieldIndex(aggregate.Field), FilterIndex(feature.Aggregate!.Where), micros);
        Share(key, aggregate, new WindowRead(index, aggregate.Function, decayed ? 0 : window / micros));
        return aggregate.Type;
    }

    private void Share(TrackKey key, CheckedAggregate aggregate, WindowRead read)
    {
        var columns = ColumnsOf(aggregate.Function);
        var kind = aggregate.Field?.Kind ?? WindowFieldKind.Integer;
        var draft = _tracks.Find(t => t.Key == key && t.IsFixed && t.Holds(columns))
            ?? Kept(key, kind, columns)
            ?? _tracks.Find(t => t.Key == key && !t.IsFixed)
            ?? Begun(new TrackDraft(key, kind, TrackColumns.None, isFixed: false));
        draft.Add(columns, read);
    }

    /// <summary>Begins the track of the plan before that holds what the feature needs, in its form there.</summary>
    private TrackDraft? Kept(TrackKey key, WindowFieldKind kind, TrackColumns columns)
    {
        if (before is null) return null;
        var at = before.Find(TrackIdentity.Of(key, _fields, _filters), columns);
        return at < 0 ? null : Begun(new TrackDraft(key, kind, before.Tracks[at].Columns, isFixed: true));
    }

    private TrackDraft Begun(TrackDraft draft)
    {
        _tracks.Add(draft);
        return draft;
    }

    private static TrackColumns ColumnsOf(WindowFunction function) => function switch
    {
        WindowFunction.Count => TrackColumns.Count,
        WindowFunction.Sum => TrackColumns.Sum,
        WindowFunction.Mean => TrackColumns.Count | TrackColumns.Sum,
        WindowFunction.Min => TrackColumns.Min,
        WindowFunction.Max => TrackColumns.Max,
        WindowFunction.Last => TrackColumns.Last,
        _ => TrackColumns.None,
    };

    private static long Pane(AggregateCheck check, AggregateDefinition aggregate, out long window)
    {
        if (!Durations.TryParse(aggregate.Window, out window))
        {
            check.Fail("aggregate.window", aggregate.Window, $"{Durations.Rule}; here from 1m to 90d");
            return 0;
        }
        if (PaneLength.TryOf(window, out var pane)) return pane;
        var (below, above) = PaneLength.Nearest(window);
        string[] nearest = [.. new[] { below, above }.Where(micros => micros > 0).Select(Durations.Format)];
        check.Fail("aggregate.window", aggregate.Window,
            window is < PaneLength.ShortestWindow or > PaneLength.LongestWindow
                ? $"it must be from 1m to 90d; the nearest is {nearest[0]}"
                : $"no pane length divides it into {PaneLength.FewestPanes} to {PaneLength.MostPanes}; "
                    + $"the nearest that have one are {string.Join(" and ", nearest)}");
        return 0;
    }

    private static long HalfLife(AggregateCheck check, AggregateDefinition aggregate)
    {
        if (Durations.TryParse(aggregate.HalfLife, out var micros) && micros is >= Durations.Second and <= LongestHalfLife) return micros;
        check.Fail("aggregate.halfLife", aggregate.HalfLife, $"{Durations.Rule}; here from 1s to 365d");
        return 0;
    }

    private int FieldIndex(WindowField? field)
    {
        if (field is null) return -1;
        var at = _fields.IndexOf(field);
        if (at >= 0) return at;
        _fields.Add(field);
        return _fields.Count - 1;
    }

    private int FilterIndex(string? where)
    {
        if (where is null) return -1;
        var text = where.Trim();
        var at = _filters.IndexOf(text);
        if (at >= 0) return at;
        _filters.Add(text);
        return _filters.Count - 1;
    }
}

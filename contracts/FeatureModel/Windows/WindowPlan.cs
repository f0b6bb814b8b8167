using FeatureModel.Definitions;
using FeatureModel.Values;

namespace FeatureModel.Windows;

/// <summary>
/// What a stream view keeps for each entity and how its features are read from that. Immutable; the same definitions (and the same
/// plan before) always give the same plan, and rows belong to the plan that wrote them.
/// </summary>
public sealed class WindowPlan
{
    internal WindowPlan(WindowField[] fields, string[] filters, FeatureDataType[] types, WindowTrack[] tracks)
    {
        Fields = fields;
        Filters = filters;
        Types = types;
        Tracks = tracks;
        EmptyBytes = RowHeader.Bytes + tracks.Length * RowCursor.TrackHeadBytes;
        GrowthBytes = tracks.Sum(t => t.GrowthBytes);
        ReachMicros = tracks.Length == 0 ? 0 : tracks.Max(t => t.Key.Kind == TrackKind.Decayed ? WindowReach.OfHalfLife(t.Key.Micros) : t.MostPanes * t.Key.Micros);
    }

    /// <summary>The fields that events are asked for, each once.</summary>
    public IReadOnlyList<WindowField> Fields { get; }

    /// <summary>The filters that events are asked about, each text once, as the definitions write them.</summary>
    public IReadOnlyList<string> Filters { get; }

    /// <summary>Features of the view, in its order; the values that are read stand in this order.</summary>
    public int FeatureCount => Types.Length;

    /// <summary>Bytes of a row that holds nothing.</summary>
    public int EmptyBytes { get; }

    /// <summary>Microseconds after its event time for which an event counts at most: the longest window; of a decayed feature many half lives.</summary>
    public long ReachMicros { get; }

    /// <summary>How many separate states features share: one for each field, filter and pane length, and kind of state.</summary>
    public int TrackCount => Tracks.Length;

    internal FeatureDataType[] Types { get; }

    internal WindowTrack[] Tracks { get; }

    /// <summary>What one event can add to a row.</summary>
    internal int GrowthBytes { get; }

    /// <summary>Type of a feature's value, by its place in the view.</summary>
    public FeatureDataType TypeOf(int feature) => Types[feature];

    /// <summary>A plan for a stream view over its source, or errors that name view, feature, value and rule.</summary>
    /// <param name="before">
    /// The plan of the view's version before, whose rows are to be carried over (<see cref="WindowCarry"/>): tracks that go on being used keep
    /// their form, and what new features need beside them becomes tracks of their own. Null for a first version, and where rows are made anew.
    /// </param>
    public static WindowPlanResult Compile(FeatureViewDefinition view, SourceDefinition source, WindowPlan? before = null)
    {
        var faults = new List<WindowFault>();
        var plan = new WindowPlanCompiler(view, source, before, faults).Compile();
        return new WindowPlanResult(faults.Count == 0 ? plan : null, faults);
    }

    internal TrackIdentity IdentityOf(TrackKey key) => TrackIdentity.Of(key, Fields, Filters);

    /// <summary>The first track of that identity with at least those columns; -1 where there is none.</summary>
    internal int Find(TrackIdentity identity, TrackColumns columns) =>
        Array.FindIndex(Tracks, t => (t.Columns & columns) == columns && IdentityOf(t.Key) == identity);

    /// <summary>
    /// Whether any feature takes the event: it passes a filter and has the field. One that none takes changes no value, so its row
    /// need not be written.
    /// </summary>
    public bool Takes<TEvent>(scoped TEvent ev) where TEvent : IWindowEvent, allows ref struct
    {
        foreach (var track in Tracks)
        {
            if (track.TryTake(ref ev, out _)) return true;
        }
        return false;
    }
}

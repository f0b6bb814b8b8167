using FeatureModel.Definitions;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace FeatureModel.PointInTime;

/// <summary>
/// The definition of a batch or stream view, word for word over an entity's history: no panes, no rows, no state. Slow and plain on purpose: it is what the
/// online store is judged by, and what training sets are made with. Immutable; any number of threads evaluate it.
/// </summary>
public sealed class PointInTimeView
{
    // Rows could not have it; or they could, and the history has it no more.
    private const int NoColumn = -1, Lost = -2;

    // Null where the history has not what the feature is made of.
    private readonly WindowDefinition?[] _windows;

    // Of each feature the position among the history's columns.
    private readonly int[] _columns;
    private readonly FeatureDataType[] _types;
    private readonly long _ttl;

    private PointInTimeView(FeatureViewDefinition definition, WindowDefinition?[] windows, int[] columns)
    {
        Definition = definition;
        _windows = windows;
        _columns = columns;
        _types = [.. definition.Features.Select(f => FeatureDataTypes.TryParse(f.Type, out var type) ? type : FeatureDataType.String)];
        _ttl = Durations.TryParse(definition.Ttl, out var ttl) ? ttl : long.MaxValue;
    }

    public FeatureViewDefinition Definition { get; }

    public bool IsStream => Definition.Kind == "stream";

    /// <summary>Age above which what there is counts as old, in microseconds; <see cref="long.MaxValue"/> for never.</summary>
    public long TtlMicros => _ttl;

    /// <summary>Of a stream view, microseconds for which an event counts at most (<see cref="WindowPlan.ReachMicros"/>); 0 of a batch view.</summary>
    public long ReachMicros => _windows.Length == 0 ? 0 : _windows.Max(w => w?.ReachMicros ?? 0);

    /// <summary>A view of definitions that are known to be valid, over its source.</summary>
    /// <param name="columns">What the source's events or rows have (<see cref="SourceColumns"/>).</param>
    public static PointInTimeView Create(FeatureViewDefinition view, SourceDefinition source, IReadOnlyList<FieldDefinition> columns) => Create(view, source, columns, columns);

    /// <summary>The same over a history that other definitions have read, which may have other columns in another order.</summary>
    /// <param name="view">The view.</param>
    /// <param name="source">Its source, as the view's own definitions have it.</param>
    /// <param name="columns">What the source's events or rows had by those.</param>
    /// <param name="held">What those of the history have.</param>
    public static PointInTimeView Create(FeatureViewDefinition view, SourceDefinition source, IReadOnlyList<FieldDefinition> columns, IReadOnlyList<FieldDefinition> held) =>
        view.Kind == "stream"
            ? new(view, [.. view.Features.Select(f => WindowDefinition.Create(view, f, source, held))], [])
            : new(view, [], [.. view.Features.Select(f => ColumnOf(f, columns, held))]);

    /// <summary>Whether the history has what the feature is made of, in a type that it takes; else its values are null and mean nothing.</summary>
    public bool CanRead(int feature) => IsStream ? _windows[feature] is not null : _columns[feature] != Lost;

    /// <summary>The features at a moment, of what was known.</summary>
    /// <param name="history">The entity's events and rows of the view's source, in order of arrival.</param>
    /// <param name="known">The position before which the history was known.</param>
    /// <param name="asOf">The moment, microseconds since 1970: windows end and ages count there.</param>
    public PointInTimeRow Evaluate(IReadOnlyList<HistoryEvent> history, long known, long asOf)
    {
        if (!IsStream) return Newest(history, known) is { } row ? Row(row.EventTime, asOf, Columns(row)) : Nothing();
        var newest = long.MinValue;
        foreach (var one in Known(history, known))
        {
            if (IsTaken(one)) newest = Math.Max(newest, one.NotBefore);
        }
        if (newest == long.MinValue) return Nothing();
        var values = new FeatureValue[_types.Length];
        for (var i = 0; i < values.Length; i++) values[i] = _windows[i]?.Evaluate(Known(history, known), asOf) ?? FeatureValue.Null;
        return Row(newest, asOf, values);
    }

    /// <summary>From when on events count for a stream feature at a moment: for decayed the begin of time.</summary>
    public long WindowStart(int feature, long asOf) => _windows[feature]?.StartOf(asOf) ?? long.MinValue;

    /// <summary>Whether the event counts for any feature, at some moment.</summary>
    public bool Takes(HistoryEvent one) => IsStream ? !one.IsRow && IsTaken(one) : one.IsRow;

    /// <summary>Of a batch view the row that holds: the newest event time, of equal ones the greatest created time, then the latest arrival.</summary>
    public static HistoryEvent? Newest(IReadOnlyList<HistoryEvent> history, long known)
    {
        HistoryEvent? best = null;
        foreach (var row in history)
        {
            if (!row.IsRow || row.Position >= known) continue;
            if (best is null || (row.EventTime, row.CreatedTime, row.Position).CompareTo((best.EventTime, best.CreatedTime, best.Position)) > 0) best = row;
        }
        return best;
    }

    private static IEnumerable<HistoryEvent> Known(IReadOnlyList<HistoryEvent> history, long known) => history.Where(e => !e.IsRow && e.Position < known);

    private bool IsTaken(HistoryEvent one) => Array.Exists(_windows, w => w?.Takes(one) == true);

    private FeatureValue[] Columns(HistoryEvent row) =>
        [.. _columns.Select((column, i) => column < 0 ? FeatureValue.Null : WideningConversion.To(_types[i], row.Fields[column]))];

    private PointInTimeRow Row(long eventTime, long asOf, FeatureValue[] values) =>
        new(asOf - eventTime > _ttl ? PointInTimeStatus.OutsideMaxAge : PointInTimeStatus.Present, eventTime, values);

    private PointInTimeRow Nothing() => new(PointInTimeStatus.NotFound, 0, new FeatureValue[_types.Length]);

    private static int ColumnOf(FeatureDefinition feature, IReadOnlyList<FieldDefinition> columns, IReadOnlyList<FieldDefinition> held)
    {
        if (ReferenceEquals(held, columns)) return HeldColumns.Find(held, feature.Name);
        if (HeldColumns.Find(columns, feature.Name) < 0) return NoColumn;
        return HeldColumns.Find(held, feature.Name) is >= 0 and var at && TypeWidening.Holds(held[at].Type, feature.Type) ? at : Lost;
    }
}

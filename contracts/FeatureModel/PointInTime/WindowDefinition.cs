using System.Diagnostics;
using System.Text;
using FeatureModel.Definitions;
using FeatureModel.Expressions;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace FeatureModel.PointInTime;

/// <summary>One stream feature as docs/features/windows.md defines it, over a list of events. Immutable.</summary>
internal sealed class WindowDefinition
{
    private readonly WindowFunction _function;
    private readonly WindowFieldKind _kind;
    private readonly FeatureDataType _type;
    private readonly CompiledExpression? _filter;

    // Position among the fields of the history's events; -1 for an aggregate without one.
    private readonly int _field;

    // Of the window and its panes; for decayed the half life.
    private readonly long _window;
    private readonly long _pane;

    private WindowDefinition(CheckedAggregate aggregate, int field, CompiledExpression? filter, long window, long pane)
    {
        (_function, _type, _field, _filter, _window, _pane) = (aggregate.Function, aggregate.Type, field, filter, window, pane);
        _kind = aggregate.Field?.Kind ?? WindowFieldKind.Integer;
    }

    /// <summary>The feature of definitions that are known to be valid; null where the history lacks a field of it, or has it in another type.</summary>
    /// <param name="held">The fields of the history's events, in their order.</param>
    public static WindowDefinition? Create(FeatureViewDefinition view, FeatureDefinition feature, SourceDefinition source, IReadOnlyList<FieldDefinition> held)
    {
        var faults = new List<WindowFault>();
        if (!new AggregateCheck(view.Name, view.Features.IndexOf(feature), feature, source, faults).TryRead(out var aggregate)) throw new UnreachableException(faults[0].Sentence);
        var definition = feature.Aggregate!;
        var pane = 0L;
        if (!Durations.TryParse(definition.Window ?? definition.HalfLife, out var window) || (definition.Window is not null && !PaneLength.TryOf(window, out pane)))
        {
            throw new UnreachableException($"feature '{view.Name}:{feature.Name}' was taken with the length '{definition.Window ?? definition.HalfLife}'");
        }
        var filter = definition.Where is { } where ? Filter(where.Trim(), source.Fields) : null;
        if (ReferenceEquals(held, source.Fields)) return new WindowDefinition(aggregate, HeldColumns.Find(held, definition.Field), filter, window, pane);
        if (aggregate.Field is { } field && !HeldColumns.HasAlike(held, source.Fields, field.Name)) return null;
        foreach (var slot in filter is null ? [] : filter.UsedSlots)
        {
            if (slot > 0 && !HeldColumns.HasAlike(held, source.Fields, source.Fields[slot - 1].Name)) return null;
        }
        return new WindowDefinition(aggregate, HeldColumns.Find(held, definition.Field), filter is null ? null : Filter(definition.Where!.Trim(), held), window, pane);

        CompiledExpression Filter(string text, IReadOnlyList<FieldDefinition> fields) =>
            ExpressionCompiler.TryCompileAs(text, ExpressionScopes.OfEvents(fields), FeatureDataType.Bool, out var compiled, out var wrong)
                ? compiled
                : throw new UnreachableException($"feature '{view.Name}:{feature.Name}' was taken with a filter that does not compile: {wrong[0]}");
    }

    /// <summary>As <see cref="WindowPlan.ReachMicros"/>, of this feature.</summary>
    public long ReachMicros => _function == WindowFunction.Decayed ? WindowReach.OfHalfLife(_window) : _window;

    /// <summary>Whether the event passes the filter and has a value of the field.</summary>
    public bool Takes(HistoryEvent one)
    {
        if (_filter is not null && !_filter.IsTrue(one.Slots)) return false;
        if (_field < 0) return true;
        var value = one.Fields[_field];
        // NaN is no value either, and compares with nothing.
        return !value.IsNull && (_kind != WindowFieldKind.Number || Math.Abs(value.AsDouble) <= WindowTrack.GreatestNumber);
    }

    public long StartOf(long asOf) => _function == WindowFunction.Decayed ? long.MinValue : (PaneLength.PaneOf(asOf, _pane) - (_window / _pane) + 1) * _pane;

    /// <param name="events">What was known, in any order.</param>
    public FeatureValue Evaluate(IEnumerable<HistoryEvent> events, long asOf)
    {
        if (_function == WindowFunction.Decayed) return Number(Decayed([.. events.Where(Takes)], asOf));
        var (from, before) = (StartOf(asOf), (PaneLength.PaneOf(asOf, _pane) + 1) * _pane);
        List<HistoryEvent> window = [.. events.Where(e => e.EventTime >= from && e.EventTime < before && Takes(e))];
        return _function switch
        {
            WindowFunction.Count => Whole(window.Count),
            WindowFunction.Distinct => Whole((long)Math.Round(Distinct(window))),
            WindowFunction.Sum => _kind == WindowFieldKind.Integer ? Whole(long.CreateSaturating(WholeSum(window))) : Number(NumberSum(window)),
            _ when window.Count == 0 => FeatureValue.Null,
            WindowFunction.Mean => Number((_kind == WindowFieldKind.Integer ? (double)WholeSum(window) : NumberSum(window)) / window.Count),
            WindowFunction.Last => Value(window.MaxBy(e => (e.EventTime, !e.IsBackfilled, e.Position))!),
            WindowFunction.Min => Value(_kind == WindowFieldKind.Integer ? window.MinBy(WholeOf)! : window.MinBy(NumberOf)!),
            WindowFunction.Max => Value(_kind == WindowFieldKind.Integer ? window.MaxBy(WholeOf)! : window.MaxBy(NumberOf)!),
            _ => throw new UnreachableException($"window function {_function}"),
        };
    }

    private long WholeOf(HistoryEvent one) => one.Fields[_field].AsInt64;

    // -0 is 0.
    private double NumberOf(HistoryEvent one) => one.Fields[_field].AsDouble + 0.0;

    private FeatureValue Value(HistoryEvent one) => _kind == WindowFieldKind.Integer ? Whole(WholeOf(one)) : Number(NumberOf(one));

    private Int128 WholeSum(List<HistoryEvent> window) => window.Aggregate(Int128.Zero, (sum, e) => sum + WholeOf(e));

    private double NumberSum(List<HistoryEvent> window)
    {
        var sum = new CompensatedSum();
        foreach (var one in window) sum.Add(NumberOf(one));
        return sum.Value;
    }

    private double Decayed(List<HistoryEvent> taken, long asOf)
    {
        if (taken.Count == 0) return 0;
        // Read for a moment before the newest event, it gives the value at that event.
        var at = Math.Max(asOf, taken.Max(e => e.NotBefore));
        return taken.Sum(e => Weight(e) * double.Exp2(-(double)(at - e.NotBefore) / _window));

        double Weight(HistoryEvent e) => _field < 0 ? 1 : _kind == WindowFieldKind.Integer ? WholeOf(e) : NumberOf(e);
    }

    private double Distinct(List<HistoryEvent> window)
    {
        var registers = new byte[HyperLogLog.Registers];
        foreach (var one in window)
        {
            var entry = HyperLogLog.Entry(HashOf(one));
            ref var register = ref registers[entry >> HyperLogLog.RankBits];
            register = Math.Max(register, (byte)(entry & HyperLogLog.RankMask));
        }
        Span<int> ranks = stackalloc int[HyperLogLog.RankMask + 1];
        HyperLogLog.CountRanks(registers, ranks);
        return HyperLogLog.Estimate(ranks);
    }

    private ulong HashOf(HistoryEvent one) => _kind switch
    {
        WindowFieldKind.Integer => DistinctHash.OfInteger(WholeOf(one)),
        WindowFieldKind.Number => DistinctHash.OfNumber(NumberOf(one)),
        _ => DistinctHash.OfText(Encoding.UTF8.GetBytes(one.Fields[_field].AsString)),
    };

    private FeatureValue Whole(long value) => _type switch
    {
        FeatureDataType.Double => FeatureValue.Of((double)value),
        FeatureDataType.UnixTimestamp => FeatureValue.OfTimestamp(value),
        _ => FeatureValue.Of(value),
    };

    private FeatureValue Number(double value) => _type == FeatureDataType.Float ? FeatureValue.Of((float)value) : FeatureValue.Of(value);
}

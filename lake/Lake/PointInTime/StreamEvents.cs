// Hot path: every event of a joined stream view passes here.
using System.Text;
using FeatureModel;
using FeatureModel.Expressions;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace Lake.PointInTime;

/// <summary>One event after another as a view's plan sees them. Used by one thread.</summary>
internal sealed class StreamEvents
{
    private readonly CompiledExpression[] _filters;

    // Of each field of the plan its place among the slots.
    private readonly int[] _slotOf;
    private readonly FeatureValue[] _slots;
    private long _micros;
    private long _order;

    public StreamEvents(JoinView view, WindowPlan plan)
    {
        var scope = ExpressionScopes.OfEvents(view.Source);
        _filters = [.. plan.Filters.Select(f => Compile(f, scope))];
        _slotOf = [.. plan.Fields.Select(f => view.Source.Fields.FindIndex(s => s.Name == f.Name) + 1)];
        _slots = new FeatureValue[view.Source.Fields.Count + 1];
        var used = new HashSet<int>(_slotOf);
        foreach (var filter in _filters) used.UnionWith(filter.UsedSlots.ToArray());
        Fields = [.. used.Where(s => s > 0).Select(s => s - 1).Order()];
    }

    /// <summary>Places of the source's fields that aggregates and filters take.</summary>
    public IReadOnlyList<int> Fields { get; }

    /// <summary>The next event.</summary>
    /// <param name="type">What happened.</param>
    /// <param name="micros">When, microseconds since 1970.</param>
    /// <param name="order">Settles events of one time: the greater came later.</param>
    public void Begin(FeatureValue type, long micros, long order)
    {
        (_micros, _order) = (micros, order);
        _slots[0] = type;
    }

    /// <param name="field">Its place among the source's.</param>
    /// <param name="value">Of the field's type, or null.</param>
    public void Set(int field, FeatureValue value) => _slots[field + 1] = value;

    public View Current => new(this);

    private static CompiledExpression Compile(string filter, ExpressionScope scope) =>
        ExpressionCompiler.TryCompileAs(filter, scope, FeatureDataType.Bool, out var compiled, out var errors) ? compiled : throw new JoinException($"filter is '{filter}'; {errors[0]}");

    /// <summary>The event that was begun last.</summary>
    public readonly struct View(StreamEvents of) : IWindowEvent
    {
        public long EventMicros => of._micros;

        // History does not say when it was read.
        public long IngestMicros => long.MaxValue;

        public long ArrivalOrder => of._order;

        public bool TryGetNumber(int field, out double value)
        {
            var found = of._slots[of._slotOf[field]];
            value = found.IsNull ? 0 : found.AsDouble;
            return !found.IsNull;
        }

        public bool TryGetInteger(int field, out long value)
        {
            var found = of._slots[of._slotOf[field]];
            value = found.AsInt64;
            return !found.IsNull;
        }

        public bool TryGetTextHash(int field, out ulong hash)
        {
            var found = of._slots[of._slotOf[field]];
            hash = found.IsNull ? 0 : DistinctHash.OfText(Encoding.UTF8.GetBytes(found.AsString));
            return !found.IsNull;
        }

        public bool Matches(int filter) => of._filters[filter].IsTrue(of._slots);
    }
}

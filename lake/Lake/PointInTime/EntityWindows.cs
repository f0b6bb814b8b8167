// Hot path: once for each event and each moment.
using FeatureModel.Values;
using FeatureModel.Windows;

namespace Lake.PointInTime;

/// <summary>What one entity has in a stream view, by the panes that the online store keeps; then the next entity's. Used by one thread.</summary>
internal sealed class EntityWindows(WindowPlan plan)
{
    private readonly FeatureValue[] _values = new FeatureValue[plan.FeatureCount];
    private byte[] _row = [];
    private byte[] _next = [];
    private int _length;

    /// <summary>Event time of the newest event that any feature takes; <see cref="long.MinValue"/> before the first.</summary>
    public long Newest { get; private set; } = long.MinValue;

    /// <summary>Forgets the entity.</summary>
    public void Clear() => (_length, Newest) = (0, long.MinValue);

    public void Apply(StreamEvents.View one)
    {
        if (!plan.Takes(one)) return;
        Newest = Math.Max(Newest, one.EventMicros);
        if (WindowRow.TryApplyInPlace(plan, _row.AsSpan(0, _length), one)) return;
        var most = WindowRow.MaxBytesAfter(plan, _row.AsSpan(0, _length), one);
        if (_next.Length < most) _next = new byte[most * 2];
        if (!WindowRow.Apply(plan, _row.AsSpan(0, _length), one, _next, out _length)) throw new System.Diagnostics.UnreachableException("the row is the plan's own");
        (_row, _next) = (_next, _row);
    }

    /// <summary>The features at a moment that is not before any event so far; valid until the next call.</summary>
    public ReadOnlySpan<FeatureValue> Read(long moment)
    {
        if (!WindowRow.Read(plan, _row.AsSpan(0, _length), moment, _values)) throw new System.Diagnostics.UnreachableException("the row is the plan's own");
        return _values;
    }
}

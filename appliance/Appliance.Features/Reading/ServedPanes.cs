using FeatureModel.Values;
using FeatureModel.Windows;

namespace Appliance.Features.Reading;

/// <summary>The panes of one layout of a stream view's rows, seen from one version of the view: which value is which of its features. Immutable.</summary>
public sealed class ServedPanes
{
    private readonly int[] _positions;

    /// <param name="plan">What rows of this layout hold.</param>
    /// <param name="current">What new rows of the view hold.</param>
    /// <param name="positions">For each of the view's features its place in the plan; -1 where the plan has none of that meaning.</param>
    public ServedPanes(WindowPlan plan, WindowPlan current, int[] positions)
    {
        Plan = plan;
        Carry = new WindowCarry(plan, current);
        _positions = positions;
        IsCurrent = positions.Length == plan.FeatureCount && positions.Select((at, i) => at == i).All(same => same);
    }

    public WindowPlan Plan { get; }

    /// <summary>Takes rows of this layout over to the current one.</summary>
    public WindowCarry Carry { get; }

    /// <summary>Whether the plan's values are the view's features, one for one.</summary>
    public bool IsCurrent { get; }

    /// <summary>Reads all features of a row as of a moment. A feature that is younger than the row's layout has no value.</summary>
    /// <returns>False where the bytes are no row of the plan's.</returns>
    public bool Read(ReadOnlySpan<byte> row, long now, Span<FeatureValue> values)
    {
        if (IsCurrent) return WindowRow.Read(Plan, row, now, values);
        var own = new FeatureValue[Plan.FeatureCount];
        var read = WindowRow.Read(Plan, row, now, own);
        for (var i = 0; i < _positions.Length; i++) values[i] = _positions[i] < 0 ? FeatureValue.Null : own[_positions[i]];
        return read;
    }
}

using System.Buffers;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace Appliance.Features.Reading;

/// <summary>The panes of one layout of a stream view's rows, seen from one version of the view: which value is which of its features. Immutable.</summary>
public sealed class ServedPanes
{
    private readonly WindowPlan _current;

    /// <param name="plan">What rows of this layout hold.</param>
    /// <param name="current">What new rows of the view hold.</param>
    /// <param name="positions">For each of the view's features its place in the plan; -1 where the plan has none of that meaning.</param>
    public ServedPanes(WindowPlan plan, WindowPlan current, int[] positions)
    {
        Plan = plan;
        Carry = new WindowCarry(plan, current);
        _current = current;
        IsCurrent = positions.Length == plan.FeatureCount && positions.Select((at, i) => at == i && plan.TypeOf(i) == current.TypeOf(i)).All(same => same);
    }

    public WindowPlan Plan { get; }

    /// <summary>Takes rows of this layout over to the current one.</summary>
    public WindowCarry Carry { get; }

    /// <summary>Whether the plan's values are the view's features, one for one.</summary>
    public bool IsCurrent { get; }

    /// <summary>
    /// Reads all features of a row as of a moment, as they will be once an event has brought the row to the current layout: a feature that is younger than the
    /// row's layout has what it gives for no events, where the row kept nothing that it needs.
    /// </summary>
    /// <returns>False where the bytes are no row of the plan's.</returns>
    public bool Read(ReadOnlySpan<byte> row, long now, Span<FeatureValue> values)
    {
        if (IsCurrent) return WindowRow.Read(Plan, row, now, values);
        var carried = ArrayPool<byte>.Shared.Rent(Carry.MaxBytes(row));
        var read = Carry.TryCarry(row, carried, out var written) && WindowRow.Read(_current, carried.AsSpan(0, written), now, values);
        ArrayPool<byte>.Shared.Return(carried);
        return read;
    }

    /// <summary>What the current version's features give for no events.</summary>
    public void ReadEmpty(long now, Span<FeatureValue> values) => WindowRow.Read(_current, default, now, values);
}

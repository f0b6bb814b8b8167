using FeatureModel.Values;
using FeatureModel.Windows;

namespace Appliance.Features.Reading;

/// <summary>The panes of one layout of a stream view's rows, seen from one version of the view: which value is which of its features. Immutable.</summary>
public sealed class ServedPanes
{
    private readonly int[] _positions;

    /// <param name="plan">What rows of this layout hold.</param>
    /// <param name="names">Names of the plan's features in its order.</param>
    /// <param name="features">The view's features.</param>
    public ServedPanes(WindowPlan plan, IReadOnlyList<string> names, IReadOnlyList<ServedFeature> features)
    {
        Plan = plan;
        _positions = [.. features.Select(f => Find(names, f.Name))];
        IsCurrent = _positions.Length == names.Count && _positions.Select((at, i) => at == i).All(same => same);
    }

    public WindowPlan Plan { get; }

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

    private static int Find(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name) return i;
        }
        return -1;
    }
}

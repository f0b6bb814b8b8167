// Hot path: looked at once per answer and run; made once per plan and row layout.
using Appliance.Features.Reading;
using FeatureModel.Values;

namespace Appliance.Host.Grpc.Feast;

/// <summary>
/// Outputs of a plan, one behind the other, that are stored floats of one view, as most features are: where they lie in its rows is looked up once, so
/// that an answer writes them without asking again for each. Thread-safe.
/// </summary>
/// <param name="viewRead">The view read that they come from.</param>
/// <param name="features">Positions among that view's features, in the order of the outputs.</param>
internal sealed class FloatColumns(int viewRead, int[] features)
{
    // Rows of a view have one layout until its definition changes, and few for a while afterwards.
    private volatile Places? _known;

    public int ViewRead => viewRead;

    public int Count => features.Length;

    /// <summary>For each output of a plan the run that begins with it; null where none does.</summary>
    public static FloatColumns?[] Of(FeatureReadPlan plan)
    {
        var runs = new FloatColumns?[plan.Outputs.Length];
        for (var first = 0; first < runs.Length;)
        {
            var end = first;
            while (end < runs.Length && IsStoredFloat(plan.Outputs[end]) && plan.Outputs[end].ViewRead == plan.Outputs[first].ViewRead) end++;
            if (end > first) runs[first] = new FloatColumns(plan.Outputs[first].ViewRead, [.. plan.Outputs[first..end].Select(o => o.Feature)]);
            first = Math.Max(end, first + 1);
        }
        return runs;
    }

    /// <summary>For each output where it lies in a row of that layout.</summary>
    public ReadOnlySpan<Place> In(ServedLayout layout)
    {
        var known = _known;
        if (!ReferenceEquals(known?.Layout, layout)) _known = known = new Places(layout, [.. features.Select(f => Find(layout, f))]);
        return known.Each;
    }

    private static bool IsStoredFloat(FeatureOutput output) => output is { Computed: < 0, ViewRead: >= 0, Type: FeatureDataType.Float };

    private static Place Find(ServedLayout layout, int feature)
    {
        var column = layout.Column(feature);
        return new Place(column, column < 0 ? 0 : layout.Layout.OffsetOf(column));
    }

    /// <summary>Column of the layout, -1 where it has none, and the bytes of a row before its value.</summary>
    internal readonly record struct Place(int Column, int Offset);

    private sealed record Places(ServedLayout Layout, Place[] Each);
}

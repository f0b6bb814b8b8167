// Hot path: once per answer; values are tallied first, and added to the shared counters once a view.
using Appliance.Features.Statistics;

namespace Appliance.Features.Reading;

/// <summary>Where the values of a plan's reads are counted, by view and status. Thread-safe.</summary>
public sealed class PlanCounters
{
    /// <summary>Length of a tally: one number for each <see cref="FeatureStatus"/>.</summary>
    public const int Statuses = 5;

    private readonly StripedCounters[] _views;

    /// <param name="views">For each output of the plan the counters of its view; features of one view share them.</param>
    internal PlanCounters(StripedCounters[] views) => _views = views;

    /// <summary>Counts every value of a block.</summary>
    public void Count(FeatureBlock block)
    {
        Span<long> tally = stackalloc long[Statuses];
        tally.Clear();
        for (var output = 0; output < _views.Length; output++)
        {
            block.Tally(output, tally);
            Add(output, tally);
        }
    }

    /// <summary>Counts the statuses of an output that are at hand already, each a byte. Outputs come in their order.</summary>
    /// <param name="tally">The caller's, cleared before the first output.</param>
    public void Count(int output, ReadOnlySpan<byte> statuses, Span<long> tally)
    {
        var present = statuses.Count((byte)FeatureStatus.Present);
        tally[(int)FeatureStatus.Present] += present;
        for (var status = (int)FeatureStatus.NullValue; status < Statuses && present < statuses.Length; status++) tally[status] += statuses.Count((byte)status);
        Add(output, tally);
    }

    /// <summary>Counts values that all have one status, of outputs of one view that were not counted, up to this one.</summary>
    /// <param name="output">The last of them.</param>
    /// <param name="tally">The caller's, cleared before the first output.</param>
    public void Count(int output, FeatureStatus status, long values, Span<long> tally)
    {
        tally[(int)status] += values;
        Add(output, tally);
    }

    // Where the view's last output is done, or another view's comes between.
    private void Add(int output, Span<long> tally)
    {
        var view = _views[output];
        if (output + 1 < _views.Length && _views[output + 1] == view) return;
        for (var status = 0; status < Statuses; status++)
        {
            if (tally[status] != 0) view.Add(status, tally[status]);
        }
        tally.Clear();
    }
}

using Compare.Clients;
using Compare.Results;
using Compare.Servers;

namespace Compare.Features;

/// <summary>One side of a closed-loop row: what it asks of whom, and its rounds.</summary>
internal sealed record ClosedLoopSide(string Name, ServerProcess Server, H2LoadCall Call)
{
    public SideStart Rounds { get; } = new();

    public IReadOnlyList<double> Rates => [.. Rounds.Rates.Select(round => round.Rate)];

    /// <summary>Measures all sides at 32 callers in turns, rates in rounds of their own, and adds their figures to the report.</summary>
    public static void Measure(FeatureTableOptions options, FeatureReport report, string row, params ClosedLoopSide[] sides)
    {
        foreach (var side in sides) H2Load.WarmUp(side.Call, CallerShape.ThirtyTwo, options.Warmup);
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var side in sides) side.Rounds.Rates.Add(H2Load.MeasureRate(side.Server, side.Call, CallerShape.ThirtyTwo, options.Seconds));
        }
        for (var round = 0; round < options.Rounds; round++)
        {
            // Percentiles need fewer answers than rates.
            foreach (var side in sides) side.Rounds.Latencies.Add(H2Load.MeasureLatency(side.Server, side.Call, CallerShape.ThirtyTwo, Math.Max(1, options.Seconds / 2)));
        }
        report.Sides.AddRange(sides.Select(side => SideFigures.Of(row, side.Name, side.Rounds, options.NoiseLimit)));
    }
}

using Compare.Clients;
using Compare.Results;
using Compare.Servers;

namespace Compare.Tables;

/// <summary>One side of a closed-loop row: what it asks of whom, and its rounds.</summary>
internal sealed record ClosedLoopSide(string Name, ServerProcess Server, H2LoadCall Call)
{
    public SideStart Rounds { get; } = new();

    public IReadOnlyList<double> Rates => [.. Rounds.Rates.Select(round => round.Rate)];

    /// <summary>Processor time of server and client together for each request, round by round.</summary>
    public IReadOnlyList<double> CoreMicros => [.. Rounds.Rates.Select(round => round.ServerCoreMicros + round.ClientCoreMicros)];

    /// <summary>Measures all sides in turns, rates in rounds of their own, and adds their figures to the report.</summary>
    public static void Measure(RoundPlan plan, TableReport report, string row, CallerShape shape, params ClosedLoopSide[] sides)
    {
        foreach (var side in sides) H2Load.WarmUp(side.Call, shape, plan.Warmup);
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var side in sides) side.Rounds.Rates.Add(H2Load.MeasureRate(side.Server, side.Call, shape, plan.Seconds));
        }
        for (var round = 0; round < plan.Rounds; round++)
        {
            // Percentiles need fewer answers than rates.
            foreach (var side in sides) side.Rounds.Latencies.Add(H2Load.MeasureLatency(side.Server, side.Call, shape, Math.Max(1, plan.Seconds / 2)));
        }
        report.Sides.AddRange(sides.Select(side => SideFigures.Of(row, side.Name, shape.Callers, side.Rounds, plan.NoiseLimit)));
    }
}

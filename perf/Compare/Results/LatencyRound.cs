using Appliance.LoadGen.Reports;

namespace Compare.Results;

/// <summary>One closed-loop round for latencies.</summary>
public sealed class LatencyRound : IRound
{
    public PercentileFigures Latency { get; set; } = new();
    public long Failed { get; set; }
    public double OthersShare { get; set; }
}

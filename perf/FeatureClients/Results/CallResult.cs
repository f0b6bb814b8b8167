using Appliance.LoadGen.Reports;

namespace FeatureClients.Results;

/// <summary>A closed loop of scoring calls. Latencies in microseconds.</summary>
public sealed class CallResult
{
    public string Mode { get; set; } = "";
    public double Rate { get; set; }
    public long Calls { get; set; }
    /// <summary>Those of the warm-up included.</summary>
    public long AllCalls { get; set; }

    public long Failed { get; set; }
    public PercentileFigures Latency { get; set; } = new();

    /// <summary>Processor time that this client used for each call.</summary>
    public double ClientCoreMicros { get; set; }

    /// <summary>The score of entity 12,345: the same whichever way it was asked for.</summary>
    public double Score { get; set; }
}

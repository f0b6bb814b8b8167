namespace Compare.Results;

/// <summary>Both sides in one pair of starts at one number of callers, and what follows from them.</summary>
public sealed class CallerStart
{
    public SideStart Floor { get; set; } = new();
    public SideStart Appliance { get; set; } = new();

    /// <summary>Rows a run that the appliance formed in its rate rounds.</summary>
    public double MeanBatch { get; set; }

    /// <summary>run(n)/n in process, at that mean batch and at the best one.</summary>
    public double RunMicrosPerRow { get; set; }

    public double BestRunMicrosPerRow { get; set; }

    /// <summary>Calls a second that the cores allow when a call costs what the no-model call costs, and the model its share of a run.</summary>
    public double Ceiling { get; set; }

    public double BestCeiling { get; set; }
    public double RatioToCeiling { get; set; }
    public double RatioToBestCeiling { get; set; }

    /// <summary>Share of the cores that the no-model side itself got into use; what is missing to 1 is idling in the closed loop.</summary>
    public double FloorUse { get; set; }

    /// <summary>Share of its own threads that the load generator used on each side: at 1 it, and not the server, sets the rate.</summary>
    public double FloorClientUse { get; set; }

    public double ApplianceClientUse { get; set; }
    public double P99Ratio { get; set; }
    public double P50Difference { get; set; }

    /// <summary>Fills in everything that follows from the rounds. Costs of a run are given, 0 where no model runs.</summary>
    public void Conclude(int cores, int clientThreads, double noiseLimit)
    {
        var call = Floor.CoreMicros(noiseLimit);
        Ceiling = CeilingOf(cores, call + RunMicrosPerRow);
        BestCeiling = CeilingOf(cores, call + BestRunMicrosPerRow);
        RatioToCeiling = Math.Round(Appliance.Rate(noiseLimit) / Ceiling, 4);
        RatioToBestCeiling = Math.Round(Appliance.Rate(noiseLimit) / BestCeiling, 4);
        FloorUse = Math.Round(Floor.Rate(noiseLimit) / CeilingOf(cores, call), 4);
        FloorClientUse = ClientUse(Floor, clientThreads, noiseLimit);
        ApplianceClientUse = ClientUse(Appliance, clientThreads, noiseLimit);
        P99Ratio = Math.Round(Appliance.P99(noiseLimit) / Floor.P99(noiseLimit), 4);
        P50Difference = Math.Round(Appliance.P50(noiseLimit) - Floor.P50(noiseLimit), 3);
    }

    private static double ClientUse(SideStart side, int clientThreads, double noiseLimit) =>
        Math.Round(side.Rate(noiseLimit) * side.ClientCoreMicros(noiseLimit) / 1e6 / clientThreads, 4);

    private static double CeilingOf(int cores, double coreMicros) => Math.Round(cores * 1e6 / coreMicros, 1);
}

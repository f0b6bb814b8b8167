namespace Compare.Results;

/// <summary>All starts at one number of callers. Spreads are over starts; a start's own figure is the median of its quiet rounds.</summary>
public sealed class CallerRow
{
    public int Callers { get; set; }
    public int Connections { get; set; }
    public int Streams { get; set; }
    public int ClientThreads { get; set; }
    public Spread FloorRate { get; set; } = new();
    public Spread ApplianceRate { get; set; } = new();
    public Spread FloorCoreMicros { get; set; } = new();
    public Spread ApplianceCoreMicros { get; set; } = new();
    public Spread FloorUse { get; set; } = new();
    public Spread FloorClientUse { get; set; } = new();
    public Spread ApplianceClientUse { get; set; } = new();
    public Spread MeanBatch { get; set; } = new();
    public Spread RunMicrosPerRow { get; set; } = new();
    public Spread Ceiling { get; set; } = new();
    public Spread RatioToCeiling { get; set; } = new();
    public Spread RatioToBestCeiling { get; set; } = new();
    public Spread FloorP50 { get; set; } = new();
    public Spread ApplianceP50 { get; set; } = new();
    public Spread P50Difference { get; set; } = new();
    public Spread FloorP99 { get; set; } = new();
    public Spread ApplianceP99 { get; set; } = new();
    public Spread P99Ratio { get; set; } = new();
    public long Failed { get; set; }
    public int Rounds { get; set; }
    public int NoisyRounds { get; set; }
    public List<CallerStart> Starts { get; set; } = [];

    /// <summary>Fills in everything that follows from the starts.</summary>
    public void Conclude(double noiseLimit)
    {
        Spread Over(Func<CallerStart, double> figure) => Spread.Of(Starts.Select(figure));
        FloorRate = Over(start => start.Floor.Rate(noiseLimit));
        ApplianceRate = Over(start => start.Appliance.Rate(noiseLimit));
        FloorCoreMicros = Over(start => start.Floor.CoreMicros(noiseLimit));
        ApplianceCoreMicros = Over(start => start.Appliance.CoreMicros(noiseLimit));
        FloorUse = Over(start => start.FloorUse);
        FloorClientUse = Over(start => start.FloorClientUse);
        ApplianceClientUse = Over(start => start.ApplianceClientUse);
        MeanBatch = Over(start => start.MeanBatch);
        RunMicrosPerRow = Over(start => start.RunMicrosPerRow);
        Ceiling = Over(start => start.Ceiling);
        RatioToCeiling = Over(start => start.RatioToCeiling);
        RatioToBestCeiling = Over(start => start.RatioToBestCeiling);
        FloorP50 = Over(start => start.Floor.P50(noiseLimit));
        ApplianceP50 = Over(start => start.Appliance.P50(noiseLimit));
        P50Difference = Over(start => start.P50Difference);
        FloorP99 = Over(start => start.Floor.P99(noiseLimit));
        ApplianceP99 = Over(start => start.Appliance.P99(noiseLimit));
        P99Ratio = Over(start => start.P99Ratio);
        var rounds = Starts.SelectMany(start => start.Floor.Rounds().Concat(start.Appliance.Rounds())).ToList();
        Rounds = rounds.Count;
        NoisyRounds = rounds.Count(round => round.OthersShare > noiseLimit);
        Failed = rounds.Sum(round => round.Failed);
    }
}

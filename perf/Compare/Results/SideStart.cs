namespace Compare.Results;

/// <summary>The rounds of one side in one start at one number of callers.</summary>
public sealed class SideStart
{
    public List<RateRound> Rates { get; set; } = [];
    public List<LatencyRound> Latencies { get; set; } = [];

    /// <summary>Middle of the quiet rounds; of all of them where none was quiet.</summary>
    public double Rate(double noiseLimit) => Middle(Rates, noiseLimit, round => round.Rate);

    public double CoreMicros(double noiseLimit) => Middle(Rates, noiseLimit, round => round.CoreMicros);

    public double ClientCoreMicros(double noiseLimit) => Middle(Rates, noiseLimit, round => round.ClientCoreMicros);

    public double P50(double noiseLimit) => Middle(Latencies, noiseLimit, round => round.Latency.P50);

    public double P99(double noiseLimit) => Middle(Latencies, noiseLimit, round => round.Latency.P99);

    public IEnumerable<IRound> Rounds() => Rates.Cast<IRound>().Concat(Latencies);

    private static double Middle<TRound>(List<TRound> rounds, double noiseLimit, Func<TRound, double> figure)
        where TRound : IRound
    {
        var quiet = rounds.Where(round => round.OthersShare <= noiseLimit).ToList();
        return Spread.Of((quiet.Count > 0 ? quiet : rounds).Select(figure)).Median;
    }
}

using Compare.Results;

namespace Compare.Tables;

/// <summary>One side of a row over its rounds.</summary>
internal sealed class SideFigures
{
    public string Row { get; set; } = "";
    public string Side { get; set; } = "";
    public int Callers { get; set; }

    /// <summary>Answers a second.</summary>
    public Spread Rate { get; set; } = new();

    /// <summary>Processor time of the server for each request.</summary>
    public Spread ServerCoreMicros { get; set; } = new();

    /// <summary>Processor time of the client for each request.</summary>
    public Spread ClientCoreMicros { get; set; } = new();

    public Spread P50 { get; set; } = new();
    public Spread P99 { get; set; } = new();
    public long Failed { get; set; }

    /// <summary>Rounds in which others took more of the machine than the limit.</summary>
    public int NoisyRounds { get; set; }

    public static SideFigures Of(string row, string side, int callers, SideStart rounds, double noiseLimit) => new()
    {
        Row = row,
        Side = side,
        Callers = callers,
        Rate = Spread.Of(rounds.Rates.Select(round => round.Rate)),
        ServerCoreMicros = Spread.Of(rounds.Rates.Select(round => round.ServerCoreMicros)),
        ClientCoreMicros = Spread.Of(rounds.Rates.Select(round => round.ClientCoreMicros)),
        P50 = Spread.Of(rounds.Latencies.Select(round => round.Latency.P50)),
        P99 = Spread.Of(rounds.Latencies.Select(round => round.Latency.P99)),
        Failed = rounds.Rounds().Sum(round => round.Failed),
        NoisyRounds = rounds.Rounds().Count(round => round.OthersShare > noiseLimit),
    };
}

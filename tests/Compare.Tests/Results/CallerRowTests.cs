using Appliance.LoadGen.Reports;
using Compare.Results;
using Xunit;

namespace Compare.Tests.Results;

public sealed class CallerRowTests
{
    private const double NoiseLimit = 0.05;

    [Fact]
    public void The_ceiling_is_the_cores_over_the_call_and_the_models_share()
    {
        var start = Start(floorRate: 100_000, applianceRate: 90_000);

        // The no-model call costs 6 + 4 core-µs, the model 2.5 of its own; two cores do 160,000 such calls a second.
        Assert.Equal(160_000, start.Ceiling);
        Assert.Equal(90_000.0 / 160_000, start.RatioToCeiling, 1e-4);
        Assert.Equal(2e6 / 11, start.BestCeiling, 0.1);
        Assert.Equal(0.5, start.FloorUse);
        Assert.Equal(0.4, start.FloorClientUse);
        Assert.Equal(0.36, start.ApplianceClientUse);
        Assert.Equal(2, start.P99Ratio);
        Assert.Equal(30, start.P50Difference);
    }

    [Fact]
    public void Noisy_rounds_count_only_where_there_is_no_quiet_one()
    {
        var side = new SideStart { Rates = [Round(100, others: 0.01), Round(10, others: 0.2), Round(120, others: 0.05)] };
        Assert.Equal(110, side.Rate(NoiseLimit));

        side.Rates.RemoveAll(round => round.OthersShare <= NoiseLimit);
        Assert.Equal(10, side.Rate(NoiseLimit));
    }

    [Fact]
    public void A_row_takes_the_middle_of_its_starts_and_counts_noise_and_failures()
    {
        var row = new CallerRow { Callers = 32, Starts = [Start(100, 50), Start(300, 90), Start(200, 70)] };
        row.Starts[1].Appliance.Rates.Add(Round(90, others: 0.5));
        row.Starts[2].Floor.Latencies[0].Failed = 3;

        row.Conclude(NoiseLimit);

        Assert.Equal((200, 100, 300), (row.FloorRate.Median, row.FloorRate.Min, row.FloorRate.Max));
        Assert.Equal(70, row.ApplianceRate.Median);
        Assert.Equal((13, 1, 3), (row.Rounds, row.NoisyRounds, row.Failed));
    }

    [Fact]
    public void A_spread_of_an_even_number_takes_the_middle_of_the_middle()
    {
        var spread = Spread.Of([4, 1, 3, 2]);

        Assert.Equal((2.5, 1, 4), (spread.Median, spread.Min, spread.Max));
        Assert.Equal("2.5 (1.0–4.0)", spread.Format("F1"));
        Assert.Throws<ArgumentException>(() => Spread.Of([]));
    }

    internal static CallerStart Start(double floorRate, double applianceRate)
    {
        var start = new CallerStart
        {
            Floor = new SideStart { Rates = [Round(floorRate)], Latencies = [Latency(p50: 50, p99: 400)] },
            Appliance = new SideStart { Rates = [Round(applianceRate)], Latencies = [Latency(p50: 80, p99: 800)] },
            MeanBatch = 8,
            RunMicrosPerRow = 2.5,
            BestRunMicrosPerRow = 1,
        };
        start.Conclude(cores: 2, clientThreads: 1, NoiseLimit);
        return start;
    }

    private static RateRound Round(double rate, double others = 0) =>
        new() { Rate = rate, Requests = 1000, ServerCoreMicros = 6, ClientCoreMicros = 4, OthersShare = others };

    private static LatencyRound Latency(double p50, double p99) => new() { Latency = new PercentileFigures { P50 = p50, P99 = p99 } };
}

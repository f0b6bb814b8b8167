using Compare.Results;
using Compare.Schedule;
using Appliance.LoadGen.Reports;
using Compare.Swap;
using Xunit;

namespace Compare.Tests.Schedule;

public sealed class ScheduleReportTests
{
    [Fact]
    public void Ratios_are_of_the_same_round()
    {
        var overload = new OverloadRound { HighestRate = 1000, Below = Load(800, 2000), Beyond = Load(900, 3000) };
        var many = new ManyModelsRound { One = Load(1000, 1), Many = Load(850, 1) };
        var cycles = new CycleFigures { MegabytesAfterAQuarter = 100, MegabytesAtEnd = 104 };

        Assert.Equal((1.5, 0.9, 0.85, 1.04), (overload.P99Ratio, overload.Goodput, many.Ratio, cycles.Ratio));
    }

    [Fact]
    public void What_was_not_measured_has_no_ratio() =>
        Assert.Equal((0, 0, 0, 0), (new OverloadRound().P99Ratio, new OverloadRound().Goodput, new ManyModelsRound().Ratio, new CycleFigures().Ratio));

    [Fact]
    public void The_table_holds_every_row_that_was_measured()
    {
        var report = new ScheduleReport
        {
            Name = "n", DeadlineMilliseconds = 50,
            Overload = [new OverloadRound { HighestRate = 1000, Below = Load(800, 2000), Beyond = Load(900, 3000) }],
            ManyModels = [new ManyModelsRound { One = Load(1000, 1), Many = Load(850, 1) }],
            Swaps = new SwapFigures { Swaps = 4, Before = Load(800, 2000), With = Load(800, 3000), After = Load(800, 4000), MegabytesBefore = 100, Megabytes = [90, 120, 124, 120], LoadCallMilliseconds = Spread.Of([1, 2, 3]) },
            Cycles = new CycleFigures { Cycles = 10, MegabytesAfterAQuarter = 100, MegabytesAtEnd = 104, LoadMilliseconds = Spread.Of([1, 2, 3]) },
        };

        var table = ScheduleTable.Render(report);
        Assert.Contains("3 times 1000/s", table);
        Assert.Contains("| many models |", table);
        Assert.Contains("ratio 1.040", table);
        Assert.Contains("p99 with swaps to that without: 1.00", table);
        Assert.Contains("from swap 1 on", table);
    }

    [Theory]
    [InlineData(new double[] { 101, 99, 100, 100 }, 0, 1.0)]
    [InlineData(new double[] { 130, 150, 149, 150 }, 21, 1.5)]
    [InlineData(new double[] { 150, 149, 150, 151 }, 1, 1.51)]
    [InlineData(new double[] { 130, 150, 149, 150, 150, 150, 150, 170 }, null, 1.5)]
    public void Swaps_say_where_memory_settles(double[] behindTwentyEach, int? steadyFrom, double ratio)
    {
        // One of each twenty falls where memory has just gone back.
        var swaps = new SwapFigures { MegabytesBefore = 100, Megabytes = [.. behindTwentyEach.SelectMany(m => Enumerable.Repeat(m, 19).Prepend(m - 20))] };

        Assert.Equal((steadyFrom, ratio), (swaps.SteadyFrom, swaps.MemoryRatio));
    }

    private static LoadReport Load(double rate, double p99) => new() { AchievedRate = rate, Intended = 100, Latency = new PercentileFigures { P99 = p99 } };
}

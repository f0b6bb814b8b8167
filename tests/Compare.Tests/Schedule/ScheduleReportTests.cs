using Compare.Results;
using Compare.Schedule;
using Appliance.LoadGen.Reports;
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
            Cycles = new CycleFigures { Cycles = 10, MegabytesAfterAQuarter = 100, MegabytesAtEnd = 104, LoadMilliseconds = Spread.Of([1, 2, 3]) },
        };

        var table = ScheduleTable.Render(report);
        Assert.Contains("3 times 1000/s", table);
        Assert.Contains("| many models |", table);
        Assert.Contains("ratio 1.040", table);
    }

    private static LoadReport Load(double rate, double p99) => new() { AchievedRate = rate, Intended = 100, Latency = new PercentileFigures { P99 = p99 } };
}

using Compare.Schedule;
using Xunit;

namespace Compare.Tests.Schedule;

public sealed class ScheduleOptionsParserTests
{
    [Fact]
    public void Every_row_is_measured_unless_some_are_named()
    {
        Assert.Equal(ScheduleOptions.AllRows, ScheduleOptionsParser.Parse([], out var none).Only);
        Assert.Equal(["cycles"], ScheduleOptionsParser.Parse(["--only", "cycles"], out var some).Only);
        Assert.Empty(none.Concat(some));
    }

    [Fact]
    public void A_row_that_there_is_not_is_refused_with_those_that_there_are()
    {
        ScheduleOptionsParser.Parse(["--only", "overlord"], out var errors);

        Assert.Equal(["--only is 'overlord'; it must be rows with commas between, of overload models cycles swaps."], errors);
    }

    [Fact]
    public void Every_option_reaches_its_setting()
    {
        var options = ScheduleOptionsParser.Parse(
            ["--quick", "--rounds", "2", "--seconds", "3", "--warmup", "4", "--deadline-ms", "5", "--models", "6", "--cycles", "70", "--swaps", "8", "--swap-period", "90", "--swap-load", "0.5", "--appliance", "a", "--work", "w", "--results", "r", "--name", "n"],
            out var errors);

        Assert.Empty(errors);
        Assert.Equal((2, 3.0, 4.0, 5, 6, 70), (options.Rounds, options.Seconds, options.Warmup, options.DeadlineMilliseconds, options.Models, options.Cycles));
        Assert.Equal((8, 90, 0.5), (options.Swaps, options.SwapPeriod, options.SwapLoad));
        Assert.Equal(("a", "w", "r", "n"), (options.Appliance, options.Work, options.Results, options.Name));
    }
}

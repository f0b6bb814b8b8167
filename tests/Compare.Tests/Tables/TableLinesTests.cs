using Compare.Results;
using Compare.Tables;
using Xunit;

namespace Compare.Tests.Tables;

public sealed class TableLinesTests
{
    [Theory]
    [InlineData(0.9, true)]
    [InlineData(0.8999, false)]
    public void A_lower_bound_is_reached_by_the_median_that_equals_it(double median, bool isReached)
    {
        var line = TableLines.AtLeast("entity", "rate", "100/s", Spread.Of([0.1, median, 2]), 0.9);

        Assert.Equal(isReached, line.IsReached);
        Assert.Equal("at least 0.9", line.Target);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(5.001, false)]
    public void An_upper_bound_is_reached_by_the_median_that_equals_it(double median, bool isReached)
    {
        var line = TableLines.AtMost("recovery", "seconds", "", Spread.Of([0.1, median, 9]), 5);

        Assert.Equal(isReached, line.IsReached);
        Assert.Equal("at most 5", line.Target);
    }

    [Fact]
    public void A_reported_figure_reaches_and_misses_nothing() => Assert.Null(TableLines.Reported("store", "rate", "", "3.1 M/s").IsReached);
}

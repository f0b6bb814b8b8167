using Compare.Tables;
using Xunit;

namespace Compare.Tests.Tables;

public sealed class PairedRatioTests
{
    [Fact]
    public void Each_round_is_compared_with_the_other_sides_round_of_the_same_number()
    {
        // The machine halved its speed from round to round; the sides stayed in proportion.
        var ratio = PairedRatio.Of([90, 45, 22.5], [100, 50, 25]);

        Assert.Equal((0.9, 0.9, 0.9), (ratio.Min, ratio.Median, ratio.Max));
    }

    [Fact]
    public void The_median_is_that_of_the_ratios_and_not_the_ratio_of_the_medians()
    {
        var ratio = PairedRatio.Of([10, 40, 30], [10, 20, 60]);

        Assert.Equal((0.5, 1, 2), (ratio.Min, ratio.Median, ratio.Max));
    }

    [Fact]
    public void Sides_with_different_numbers_of_rounds_are_refused_with_both_numbers()
    {
        var error = Assert.Throws<ArgumentException>(() => PairedRatio.Of([1, 2, 3], [1, 2]));

        Assert.Contains("measured has 3 rounds and the yardstick 2", error.Message, StringComparison.Ordinal);
    }
}

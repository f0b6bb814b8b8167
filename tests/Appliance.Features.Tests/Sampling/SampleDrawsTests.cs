using Appliance.Features.Sampling;

namespace Appliance.Features.Tests.Sampling;

public sealed class SampleDrawsTests
{
    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(1.0, 100_000)]
    [InlineData(0.001, 100)]
    [InlineData(0.25, 25_000)]
    public void The_share_of_rows_that_are_kept_is_the_rate(double rate, int expected)
    {
        var (draws, threshold) = (new SampleDraws(7), SampleDraws.ThresholdOf(rate));
        var kept = 0;
        for (var i = 0; i < 100_000; i++) kept += draws.Next(threshold) ? 1 : 0;
        // Five standard deviations of as many throws of a coin; none at the ends.
        Assert.InRange(kept, expected - (5 * Math.Sqrt(expected * (1 - rate))), expected + (5 * Math.Sqrt(expected * (1 - rate))));
    }

    [Fact]
    public void A_copy_draws_the_same_again()
    {
        var draws = new SampleDraws(3);
        var copy = draws;
        var threshold = SampleDraws.ThresholdOf(0.1);
        Assert.True(draws.AnyOf(100, threshold));
        var again = new SampleDraws(3);
        Assert.Equal([.. Enumerable.Range(0, 100).Select(_ => copy.Next(threshold))], Enumerable.Range(0, 100).Select(_ => again.Next(threshold)));
        Assert.Equal(draws, copy);
    }

    [Fact]
    public void One_without_a_seed_says_so() => Assert.Equal((false, true), (default(SampleDraws).IsSeeded, new SampleDraws(0).IsSeeded));
}

using Appliance.Host.Cli.Bench;

namespace Appliance.Host.Tests.Cli.Bench;

/// <summary>The search against servers whose latency is a known function of the rate.</summary>
public sealed class BenchSearchTests
{
    private readonly List<(BenchTrial Trial, bool Met)> _told = [];
    private readonly List<TimeSpan> _durations = [];

    [Theory]
    [InlineData(3.7)]
    [InlineData(100)]
    [InlineData(12_345)]
    [InlineData(640_000)]
    public void The_highest_rate_that_meets_the_bound_is_found_to_the_precision(double knee)
    {
        var found = Find(rate => rate <= knee ? 2 : 9);
        Assert.NotNull(found);
        Assert.InRange(found.Rate, knee / 1.06, knee);
        Assert.Equal(TimeSpan.FromSeconds(15), _durations[^1]);
        Assert.All(_durations.SkipLast(1), d => Assert.Equal(TimeSpan.FromSeconds(5), d));
    }

    [Fact]
    public void A_rate_that_only_the_short_runs_met_gives_way()
    {
        var found = new BenchSearch(Arguments(), (rate, duration) => Trial(rate, rate <= (duration.TotalSeconds > 5 ? 900 : 1000) ? 2 : 9), Told).Find();
        Assert.NotNull(found);
        Assert.InRange(found.Rate, 800, 900);
        Assert.False(_told[^2].Met);
        Assert.True(_told[^1].Met);
    }

    [Fact]
    public void A_request_that_fails_breaks_the_bound_however_fast_the_others_were()
    {
        var found = new BenchSearch(Arguments(), (rate, _) => Trial(rate, 1) with { Failed = rate > 500 ? 1 : 0 }, Told).Find();
        Assert.NotNull(found);
        Assert.InRange(found.Rate, 470, 500);
    }

    [Fact]
    public void A_server_that_is_always_too_slow_has_no_rate()
    {
        Assert.Null(Find(_ => 50));
        Assert.All(_told, t => Assert.False(t.Met));
        Assert.InRange(_told[^1].Trial.Rate, BenchSearch.LowestRate, 2 * BenchSearch.LowestRate);
    }

    [Fact]
    public void A_server_that_nothing_bends_is_given_the_highest_rate_tried()
    {
        var found = Find(_ => 1);
        Assert.NotNull(found);
        Assert.InRange(found.Rate, BenchSearch.HighestRate / 2, BenchSearch.HighestRate);
    }

    [Fact]
    public void A_start_above_the_knee_is_halved_down_to_it()
    {
        var found = new BenchSearch(Arguments("--start-rate", "50000"), (rate, _) => Trial(rate, rate <= 70 ? 2 : 9), Told).Find();
        Assert.NotNull(found);
        Assert.InRange(found.Rate, 66, 70);
    }

    private BenchTrial? Find(Func<double, double> p99) => new BenchSearch(Arguments(), (rate, duration) =>
    {
        _durations.Add(duration);
        return Trial(rate, p99(rate));
    }, Told).Find();

    private static BenchTrial Trial(double rate, double p99) => new(rate, rate, 1000, 0, p99 / 2, p99, p99 * 2, 0.01);

    private void Told(BenchTrial trial, bool met) => _told.Add((trial, met));

    private static BenchArguments Arguments(params string[] flags)
    {
        Assert.True(BenchArguments.TryParse(["m", .. flags], out var arguments, out var error), error);
        return arguments;
    }
}

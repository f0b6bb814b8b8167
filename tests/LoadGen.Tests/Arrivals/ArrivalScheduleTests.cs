using Appliance.LoadGen.Arrivals;
using Xunit;

namespace LoadGen.Tests.Arrivals;

public sealed class ArrivalScheduleTests
{
    [Fact]
    public void Constant_arrivals_are_exactly_one_period_apart_to_the_end()
    {
        var times = All(new ArrivalSchedule(ArrivalKind.Constant, 3, TimeSpan.FromSeconds(1000), seed: 1));

        Assert.Equal(3000, times.Count);
        Assert.Equal(0, times[0]);
        Assert.Equal(333_333_333, times[1]);
        Assert.Equal(999_666_666_666, times[^1]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_times_and_another_seed_others()
    {
        var first = All(Poisson(seed: 5));

        Assert.Equal(first, All(Poisson(seed: 5)));
        Assert.NotEqual(first, All(Poisson(seed: 6)));
    }

    [Fact]
    public void Poisson_arrivals_keep_the_rate_and_their_gaps_are_exponential()
    {
        var times = All(Poisson(seed: 5));
        var gaps = times.Zip(times.Skip(1), (a, b) => (b - a) / 1e6).ToList();

        // 100,000 expected: the count's standard deviation is 316. Gaps in milliseconds with mean 1: P(gap > t) = exp(-t), deviation 1.
        Assert.InRange(times.Count, 99_000, 101_000);
        Assert.InRange(gaps.Average(), 0.99, 1.01);
        Assert.InRange(gaps.Count(gap => gap > 1) / (double)gaps.Count, Math.Exp(-1) - 0.01, Math.Exp(-1) + 0.01);
        Assert.InRange(gaps.Count(gap => gap > 4) / (double)gaps.Count, Math.Exp(-4) - 0.002, Math.Exp(-4) + 0.002);
    }

    [Fact]
    public void Times_never_go_back_and_stay_inside_the_run()
    {
        var times = All(Poisson(seed: 9));

        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.First <= pair.Second));
        Assert.InRange(times[^1], 0, 99_999_999_999);
    }

    private static ArrivalSchedule Poisson(int seed) => new(ArrivalKind.Poisson, 1000, TimeSpan.FromSeconds(100), seed);

    private static List<long> All(ArrivalSchedule schedule)
    {
        var times = new List<long>();
        while (schedule.TryNext(out var time))
        {
            times.Add(time);
        }
        return times;
    }
}

using Appliance.Scoring.Traffic.Rollouts;
using TestKit;

namespace Appliance.Scoring.Tests.Traffic.Rollouts;

public sealed class ClockWatchTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Time_that_passes_is_no_jump_however_much()
    {
        var watch = new ClockWatch(_time);
        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(TimeSpan.Zero, watch.Look());
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void A_clock_that_is_set_is_told_once(int seconds)
    {
        var watch = new ClockWatch(_time);
        _time.Advance(TimeSpan.FromSeconds(3));
        _time.SetClock(TimeSpan.FromSeconds(seconds));
        Assert.Equal(TimeSpan.FromSeconds(seconds), watch.Look());
        Assert.Equal(TimeSpan.Zero, watch.Look());
    }

    [Fact]
    public void A_clock_that_is_steered_is_no_jump()
    {
        var watch = new ClockWatch(_time);
        _time.SetClock(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, watch.Look());
    }
}

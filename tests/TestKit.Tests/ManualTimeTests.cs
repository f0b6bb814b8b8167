namespace TestKit.Tests;

public sealed class ManualTimeTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_clock_that_is_set_moves_no_timestamp_and_calls_no_timer()
    {
        var (utc, timestamp, calls) = (_time.GetUtcNow(), _time.GetTimestamp(), 0);
        using var timer = _time.CreateTimer(_ => calls++, null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        _time.SetClock(TimeSpan.FromDays(-1));
        Assert.Equal((utc - TimeSpan.FromDays(1), timestamp, 0), (_time.GetUtcNow(), _time.GetTimestamp(), calls));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Time_and_timestamps_move_together_and_only_when_told()
    {
        var start = _time.GetTimestamp();
        Assert.Equal(start, _time.GetTimestamp());
        _time.Advance(TimeSpan.FromMilliseconds(1.5));
        Assert.Equal(TimeSpan.FromMilliseconds(1.5), _time.GetElapsedTime(start));
        Assert.Equal(1.5, (_time.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalMilliseconds);
    }

    [Fact]
    public void Timers_fall_due_in_order_at_their_own_time()
    {
        var calls = new List<(string, double)>();
        using var periodic = Timer("every 2", 2, 2);
        using var once = Timer("once 3", 3, -1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(calls);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([("every 2", 2), ("once 3", 3), ("every 2", 4), ("every 2", 6)], calls);
        Assert.Equal(1, _time.ActiveTimers);

        ITimer Timer(string name, double due, double period) => _time.CreateTimer(
            _ => calls.Add((name, _time.GetUtcNow().Second)), null, TimeSpan.FromSeconds(due), period < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(period));
    }

    [Fact]
    public void A_disposed_timer_is_silent()
    {
        var calls = 0;
        _time.CreateTimer(_ => calls++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)).Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((0, 0), (calls, _time.ActiveTimers));
    }

    [Fact]
    public async Task The_frameworks_periodic_timer_runs_on_it()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), _time);
        var tick = timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(tick.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await tick);
    }
}

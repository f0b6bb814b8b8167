using Appliance.Inference.Batching.Scheduling;

namespace Appliance.Inference.Tests.Batching.Scheduling;

/// <summary>On the real time, which the tests only ever ask whether it has come: how exact the alarms are is measured, not tested.</summary>
public sealed class FineClockTests : IDisposable
{
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    // Only a broken clock takes this long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FineClock _clock = new();
    private readonly SemaphoreSlim _called = new(0);

    public void Dispose()
    {
        _clock.Dispose();
        _called.Dispose();
    }

    [Fact]
    public async Task A_timer_calls_back_once_and_not_before_its_time()
    {
        var before = _clock.GetTimestamp();
        long at = 0;
        using var timer = _clock.CreateTimer(
            _ =>
            {
                at = _clock.GetTimestamp();
                _called.Release();
            }, null, TimeSpan.FromMilliseconds(3), Never);
        await CalledAsync();
        Assert.True(_clock.GetElapsedTime(before, at) >= TimeSpan.FromMilliseconds(3));
        Assert.Equal(0, _called.CurrentCount);
    }

    [Fact]
    public async Task A_nearer_alarm_wakes_the_thread_that_sleeps_for_a_further_one()
    {
        using var far = _clock.CreateTimer(static _ => throw new InvalidOperationException("an hour has not passed"), null, TimeSpan.FromHours(1), Never);
        using var near = _clock.CreateTimer(_ => _called.Release(), null, Never, Never);
        Assert.True(near.Change(TimeSpan.FromMicroseconds(50), Never));
        await CalledAsync();
    }

    [Fact]
    public async Task A_timer_with_a_period_calls_back_until_it_is_stopped()
    {
        using var timer = _clock.CreateTimer(_ => _called.Release(), null, TimeSpan.FromMicroseconds(200), TimeSpan.FromMicroseconds(200));
        for (var i = 0; i < 5; i++) await CalledAsync();
        Assert.True(timer.Change(Never, Never));
        // Another still comes: what was stopped does not keep the thread from it.
        using var other = new SemaphoreSlim(0);
        using var after = _clock.CreateTimer(_ => other.Release(), null, TimeSpan.Zero, Never);
        Assert.True(await other.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Once_it_is_disposed_no_timer_can_be_set()
    {
        var timer = _clock.CreateTimer(static _ => throw new InvalidOperationException("nobody asked for it"), null, Never, Never);
        _clock.Dispose();
        Assert.False(timer.Change(TimeSpan.Zero, Never));
    }

    [Fact]
    public void Its_time_is_the_systems() =>
        Assert.Equal(TimeProvider.System.TimestampFrequency, _clock.TimestampFrequency);

    private async Task CalledAsync() => Assert.True(await _called.WaitAsync(Patience, TestContext.Current.CancellationToken));
}

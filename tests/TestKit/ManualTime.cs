namespace TestKit;

/// <summary>A clock that moves when the test says so: its time, its timestamps (in 100 ns) and its timers. Thread-safe.</summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    // Guards _now, _set and _timers.
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;
    private TimeSpan _set;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait for a time.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate) return _timers.Count;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now + _set;
    }

    public override long GetTimestamp() => Steady.UtcTicks;

    /// <summary>Sets the time forward or back, as an operator or a time server does: timestamps and timers go on as they were.</summary>
    public void SetClock(TimeSpan by)
    {
        lock (_gate) _set += by;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and calls every timer that falls due on the way, in order, on this thread.</summary>
    public void Advance(TimeSpan by)
    {
        var end = Steady + by;
        while (true)
        {
            ManualTimer? due;
            lock (_gate)
            {
                due = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
                _now = due?.Due ?? end;
                if (due is null) return;
                if (due.Period > TimeSpan.Zero) due.Due += due.Period;
                else _timers.Remove(due);
            }
            due.Call();
        }
    }

    private DateTimeOffset Steady
    {
        get
        {
            lock (_gate) return _now;
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; }
        public TimeSpan Period { get; private set; }

        public void Call() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = time._now + dueTime;
                Period = period;
                time._timers.Add(this);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

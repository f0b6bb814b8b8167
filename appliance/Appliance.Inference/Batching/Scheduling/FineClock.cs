namespace Appliance.Inference.Batching.Scheduling;

/// <summary>
/// The system's clock with timers that are exact to some microseconds, where those of .NET keep to milliseconds: queue delays are often a
/// tenth of one. Thread-safe. One thread sleeps until the next alarm; it is started with the first timer and ends with this.
/// Callbacks run on that thread and must be short.
/// </summary>
public sealed class FineClock : TimeProvider, IDisposable
{
    // Guards _alarms, the fields of every alarm in it, _sleepsUntil and _stopped.
    private readonly Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private readonly Lazy<Thread> _thread;
    private readonly WakeableSleep _sleep = new();
    private long _sleepsUntil;
    private bool _stopped;

    public FineClock() => _thread = new Lazy<Thread>(Start);

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => System.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _ = _thread.Value;
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Ends the thread; timers do not call back any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopped) return;
            _stopped = true;
        }
        if (_thread.IsValueCreated)
        {
            _sleep.Wake();
            _thread.Value.Join();
        }
        _sleep.Dispose();
    }

    private Thread Start()
    {
        var thread = new Thread(Loop) { IsBackground = true, Name = "fine-clock" };
        thread.Start();
        return thread;
    }

    private void Loop()
    {
        WakeableSleep.SleepExactly();
        while (true)
        {
            Alarm? due;
            long wait;
            lock (_gate)
            {
                if (_stopped) return;
                due = Earliest();
                var now = GetTimestamp();
                wait = due is null ? long.MaxValue : due.At - now;
                _sleepsUntil = wait <= 0 ? long.MinValue : due?.At ?? long.MaxValue;
                if (wait <= 0) due!.Pass(now);
            }
            if (wait <= 0) due!.Call();
            else _sleep.Sleep(wait == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds((double)wait / TimestampFrequency));
        }
    }

    // As many as there are scheduled models, a few dozen at most: looking at each is quicker than keeping an order.
    private Alarm? Earliest()
    {
        Alarm? earliest = null;
        foreach (var alarm in _alarms)
        {
            if (earliest is null || alarm.At < earliest.At) earliest = alarm;
        }
        return earliest;
    }

    private sealed class Alarm(FineClock clock, TimerCallback callback, object? state) : ITimer
    {
        private long _period;
        private bool _isSet;

        /// <summary>When it is due, in timestamp units.</summary>
        public long At { get; private set; }

        public void Call() => callback(state);

        /// <summary>It is due: it goes off once more a period later, or not again. The lock is held.</summary>
        public void Pass(long now)
        {
            if (_period > 0) At = now + _period;
            else Unset();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool earlier;
            lock (clock._gate)
            {
                if (clock._stopped) return false;
                Unset();
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                At = clock.GetTimestamp() + Ticks(dueTime);
                _period = period == Timeout.InfiniteTimeSpan ? 0 : Ticks(period);
                _isSet = true;
                clock._alarms.Add(this);
                earlier = At < clock._sleepsUntil;
                if (earlier) clock._sleepsUntil = At;
            }
            if (earlier) clock._sleep.Wake();
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Unset()
        {
            if (!_isSet) return;
            _isSet = false;
            clock._alarms.Remove(this);
        }

        private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);
    }
}

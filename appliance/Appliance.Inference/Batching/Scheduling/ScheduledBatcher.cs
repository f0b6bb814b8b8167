// Hot path of the models whose configuration asks for a schedule.
using Appliance.Inference.Statistics;

namespace Appliance.Inference.Batching.Scheduling;

/// <summary>
/// The batcher of models whose configuration asks for preferred sizes, a queue delay, priorities, delayed timeouts or ordered answers. What is
/// due is decided whenever something changes: a request arrives or leaves, an instance is free, a time is over. Thread-safe.
/// </summary>
public sealed class ScheduledBatcher : DynamicBatcher
{
    private readonly AnswerOrder? _order;
    private readonly int _ownThreadRows;
    private readonly ITimer _timer;

    // Guards _schedule with all that it holds, _free, _freeCount and _armedFor.
    private readonly Lock _gate = new();
    private readonly BatchSchedule _schedule;
    private readonly ScheduledRun[] _free;
    private int _freeCount;
    private long _armedFor = long.MaxValue;

    /// <inheritdoc/>
    /// <param name="time">Its timers wake the batcher: as fine as queue delays are short.</param>
    public ScheduledBatcher(
        IModelInstance[] instances, ScheduleSettings settings, ModelStatistics statistics, TimeProvider time, RunScheduler? scheduler,
        IDisposable? owned = null)
        : base(instances, settings.MaxBatchSize, statistics, time, scheduler, owned)
    {
        _ownThreadRows = settings.OwnThreadRows;
        _order = settings.PreserveOrdering ? new AnswerOrder() : null;
        _schedule = new BatchSchedule(settings, time.TimestampFrequency);
        _free = [.. Slots.Select(s => new ScheduledRun(this, s))];
        _freeCount = _free.Length;
        _timer = time.CreateTimer(static b => ((ScheduledBatcher)b!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public override (int Count, long OldestQueuedAt) Queue
    {
        get
        {
            lock (_gate) return (_schedule.Count, _schedule.OldestQueuedAt);
        }
    }

    private protected override int WaitingCount => _schedule.Count;

    /// <inheritdoc/>
    public override ValueTask<ScoreStatus> SubmitAsync(BatchEntry entry, bool moreArriving)
    {
        var now = Time.GetTimestamp();
        bool taken;
        ScheduledRun? runs = null;
        BatchEntry? expired = null;
        lock (_gate)
        {
            taken = TryTake(entry, now);
            if (taken) CloseDue(now, ref runs, ref expired);
        }
        if (!taken)
        {
            entry.RanInline = true;
            Refuse(entry);
            return new ValueTask<ScoreStatus>(entry.Status);
        }
        Start(runs, expired, mayRunHere: true);
        return entry.AsValueTask();
    }

    /// <inheritdoc/>
    public override void Submit(EntryChain arrived)
    {
        var now = Time.GetTimestamp();
        ScheduledRun? runs = null;
        BatchEntry? expired = null, refused = null;
        lock (_gate)
        {
            for (var entry = arrived.First; entry is not null;)
            {
                var next = entry.Next;
                entry.Next = null;
                if (!TryTake(entry, now))
                {
                    // What an instance can take at once does not wait.
                    entry.NotRefused();
                    CloseDue(now, ref runs, ref expired);
                    if (!TryTake(entry, now)) BatchRunner.Chain(entry, ref refused);
                }
                entry = next;
            }
            CloseDue(now, ref runs, ref expired);
        }
        if (refused is not null) Refuse(refused);
        Start(runs, expired, mayRunHere: true);
    }

    /// <inheritdoc/>
    public override bool TryCancel(BatchEntry entry)
    {
        ScheduledRun? runs = null;
        BatchEntry? expired = null;
        lock (_gate)
        {
            if (entry.Phase != EntryPhase.Queued) return false;
            _schedule.Remove(entry);
            // Without it, the others may make a better batch.
            CloseDue(Time.GetTimestamp(), ref runs, ref expired);
        }
        Runner.Finish(entry, ScoreStatus.Cancelled);
        BatchEntry.ResumeAll(entry);
        // Its caller may hold its connection's gate: others' transports are told by another thread.
        ExpireElsewhere(expired);
        Start(runs, expired: null, mayRunHere: false);
        return true;
    }

    /// <inheritdoc/>
    public override bool ExpireOverdue()
    {
        ScheduledRun? runs = null;
        BatchEntry? expired;
        lock (_gate)
        {
            var now = Time.GetTimestamp();
            if (!_schedule.TryExpire(now)) return false;
            expired = _schedule.TakeExpired();
            if (expired is not null) CloseDue(now, ref runs, ref expired);
        }
        Start(runs, expired, mayRunHere: false);
        return true;
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    /// <summary>Runs the batch that was closed on an instance, has that do what is due next, and tells of the answers.</summary>
    internal void Run(ScheduledRun run)
    {
        var turn = run.Turn;
        var done = Runner.Run(run.Slot);
        ScheduledRun? runs = null;
        BatchEntry? expired = null;
        lock (_gate)
        {
            _free[_freeCount++] = run;
            CloseDue(Time.GetTimestamp(), ref runs, ref expired);
        }
        // First the next batch, then the answers: writing those takes time that the next batch need not wait for.
        Start(runs, expired, mayRunHere: false);
        if (_order is null) BatchEntry.ResumeAll(done);
        else _order.End(turn, done);
    }

    private void Wake()
    {
        ScheduledRun? runs = null;
        BatchEntry? expired = null;
        lock (_gate)
        {
            _armedFor = long.MaxValue;
            CloseDue(Time.GetTimestamp(), ref runs, ref expired);
        }
        // This is the clock's thread: other models' alarms wait for it.
        ExpireElsewhere(expired);
        Start(runs, expired: null, mayRunHere: false);
    }

    // The lock is held. Takes the entry into the queue; false when it is to be refused.
    private bool TryTake(BatchEntry entry, long now)
    {
        if (!_schedule.HasRoom(entry)) return false;
        entry.Timings.Queued = now;
        _schedule.Limit(entry, now);
        if (_freeCount == 0 && entry.Deadline != long.MaxValue && Service.CannotMeet(entry, _schedule.RowsBefore(entry), now)) return false;
        _schedule.Enqueue(entry);
        return true;
    }

    /// <summary>Closes every batch that is due on instances that are free, and sees to being woken for the next. The lock is held.</summary>
    /// <param name="runs">What was closed is put in front, chained.</param>
    /// <param name="expired">Those whose time was over are put in front, chained.</param>
    private void CloseDue(long now, ref ScheduledRun? runs, ref BatchEntry? expired)
    {
        while (_freeCount > 0 && _schedule.Count > 0)
        {
            var decision = _schedule.Next(now);
            if (decision.Take == 0)
            {
                Arm(decision.Until, now);
                break;
            }
            var run = _free[--_freeCount];
            _schedule.Take(decision, run.Slot.Batch, now);
            if (_order is not null) run.Turn = _order.Begin();
            run.Next = runs;
            runs = run;
        }
        for (var entry = _schedule.TakeExpired(); entry is not null;)
        {
            var next = entry.Next;
            entry.Next = expired;
            expired = entry;
            entry = next;
        }
    }

    // An alarm that comes too early decides again and sets the next one: fewer are set so than if each were exact.
    private void Arm(long until, long now)
    {
        if (until >= _armedFor || until == long.MaxValue) return;
        _armedFor = until;
        var seconds = (double)(until - now) / Time.TimestampFrequency;
        // At least one tick: a timer that is due at once may call back right here.
        var ticks = Math.Clamp(Math.Ceiling(seconds * TimeSpan.TicksPerSecond), 1, LongestAlarmTicks);
        _timer.Change(TimeSpan.FromTicks((long)ticks), Timeout.InfiniteTimeSpan);
    }

    // Timers take no more than 2^32 - 2 milliseconds. A day; whatever is further off is waited for in several.
    private const double LongestAlarmTicks = TimeSpan.TicksPerDay;

    private void ExpireElsewhere(BatchEntry? expired)
    {
        if (expired is null) return;
        ThreadPool.UnsafeQueueUserWorkItem(static e => e.Runner.Expire(e.Expired), (Runner, Expired: expired), preferLocal: false);
    }

    // The first batch runs on this thread if it may: nobody is handed over. No lock is held.
    private void Start(ScheduledRun? runs, BatchEntry? expired, bool mayRunHere)
    {
        if (expired is not null) Runner.Expire(expired);
        ScheduledRun? here = null;
        while (runs is not null)
        {
            // Before it is queued: it may be closed anew at once.
            var next = runs.Next;
            runs.Next = null;
            if (mayRunHere && here is null && runs.Slot.Batch.Rows <= _ownThreadRows) here = runs;
            else QueueWork(runs);
            runs = next;
        }
        if (here is not null) Run(here);
    }
}

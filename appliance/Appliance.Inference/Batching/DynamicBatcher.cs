// Hot path: every request of a model version passes here.
using System.Diagnostics.CodeAnalysis;
using Appliance.Inference.Statistics;

namespace Appliance.Inference.Batching;

/// <summary>
/// The queue of one model version and the instances that serve it. A request that finds an instance free runs at once on its own thread;
/// the others wait in order and are taken together by whichever instance is free first. Thread-safe.
/// Its caller holds a lease on the version for every submitted entry, so it is never disposed under one.
/// </summary>
public sealed class DynamicBatcher : IThreadPoolWorkItem, IDisposable
{
    // Several full batches of the default size: below it a request of a fast model is answered within a millisecond or so.
    private const int LongQueue = 512;

    private readonly BatchPolicy _policy;
    private readonly ModelStatistics _statistics;
    private readonly TimeProvider _time;
    private readonly RunScheduler? _scheduler;
    private readonly IDisposable? _owned;
    private readonly long _defaultTimeout;
    private readonly bool _allowTimeoutOverride;
    private readonly IModelInstance[] _instances;

    // Guards _queue, _free, _freeCount, _drainQueued, _timed and the queue fields of every entry in _queue.
    private readonly Lock _gate = new();
    private readonly EntryQueue _queue = new();
    private readonly InstanceSlot[] _free;
    private int _freeCount;
    private bool _drainQueued;
    private int _timed;

    /// <param name="instances">Owned from here on.</param>
    /// <param name="owned">What the instances share; disposed after them.</param>
    /// <param name="scheduler">Where runs go that are too long for the thread pool; null for the pool.</param>
    public DynamicBatcher(
        IModelInstance[] instances, BatchPolicy policy, QueueLimits limits, ModelStatistics statistics, TimeProvider time, RunScheduler? scheduler,
        IDisposable? owned = null)
    {
        _instances = instances;
        _policy = policy;
        _statistics = statistics;
        _time = time;
        _scheduler = scheduler;
        _owned = owned;
        _defaultTimeout = limits.DefaultTimeout <= TimeSpan.Zero ? 0 : (long)(limits.DefaultTimeout.TotalSeconds * time.TimestampFrequency);
        _allowTimeoutOverride = limits.AllowTimeoutOverride;
        _free = [.. instances.Select(i => new InstanceSlot(i))];
        _freeCount = _free.Length;
    }

    /// <summary>Whether a request that waits now may wait for long enough that watching for its caller to hang up is worth the cost.</summary>
    public bool WaitIsLong => _scheduler is not null || _queue.Count > LongQueue;

    /// <summary>Whether requests wait; a moment old when it is read.</summary>
    public bool HasWaiting => _queue.Count > 0;

    /// <summary>Requests waiting, and since when the oldest of them.</summary>
    public (int Count, long OldestQueuedAt) Queue
    {
        get
        {
            lock (_gate) return (_queue.Count, _queue.Head?.Timings.Queued ?? 0);
        }
    }

    /// <summary>
    /// Takes a bound entry whose version is leased. Completes with its outcome; the lease is given back by then.
    /// </summary>
    /// <param name="moreArriving">Whether further requests are already waiting for a thread.</param>
    public ValueTask<ScoreStatus> SubmitAsync(BatchEntry entry, bool moreArriving)
    {
        var now = _time.GetTimestamp();
        entry.Timings.Queued = now;
        ApplyTimeout(entry, now);
        InstanceSlot? slot = null;
        var drain = false;
        lock (_gate)
        {
            var decision = _policy.OnArrival(_queue.Count, _freeCount, moreArriving);
            if (decision == BatchDecision.Refuse) return Refused(entry);
            Enqueue(entry);
            if (decision == BatchDecision.RunHere)
            {
                slot = TakeBatch(now, ranWhereItArrived: true);
                entry.RanInline = true;
            }
            else if (decision == BatchDecision.RunSoon && !_drainQueued)
            {
                drain = _drainQueued = true;
            }
        }
        if (slot is not null) return RunHere(slot, entry);
        if (drain) QueueDrain();
        return entry.AsValueTask();
    }

    /// <summary>
    /// Takes requests that arrived together; their waiters hear of the outcomes. Runs them on this thread, in as few batches as there can
    /// be, where an instance is free and its runs are short.
    /// </summary>
    public void Submit(EntryChain arrived)
    {
        InstanceSlot? slot = null;
        BatchEntry? refused = null;
        var drain = false;
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            for (var entry = arrived.First; entry is not null;)
            {
                var next = entry.Next;
                entry.Next = null;
                entry.Timings.Queued = now;
                ApplyTimeout(entry, now);
                // What an instance can take at once does not wait.
                if (_policy.IsFull(_queue.Count) && slot is null && RunsHere) slot = TakeBatch(now, ranWhereItArrived: true);
                if (_policy.IsFull(_queue.Count) && !(_queue.Count == 0 && RunsHere)) Chain(entry, ref refused);
                else Enqueue(entry);
                entry = next;
            }
            if (slot is null && RunsHere) slot = TakeBatch(now, ranWhereItArrived: true);
            else if (slot is null && _policy.OnArrivalOfMany(_freeCount, _queue.Rows) == BatchDecision.RunSoon && !_drainQueued) drain = _drainQueued = true;
        }
        if (refused is not null) Refuse(refused);
        if (drain) QueueDrain();
        if (slot is not null) RunAll(slot, arrived.Count);
    }

    /// <summary>Takes the entry out of the queue if it still waits there; it then completes as cancelled. Otherwise it runs to its end.</summary>
    public bool TryCancel(BatchEntry entry)
    {
        lock (_gate)
        {
            if (entry.Phase != EntryPhase.Queued) return false;
            Unlink(entry);
        }
        Finish(entry, ScoreStatus.Cancelled);
        BatchEntry.ResumeAll(entry);
        return true;
    }

    /// <summary>Ends every waiting entry whose time is over. Called by a sweep every few milliseconds, so an answer is prompt even while all instances are busy.</summary>
    /// <returns>Whether any entry with a deadline was waiting.</returns>
    public bool ExpireOverdue()
    {
        BatchEntry? expired = null;
        lock (_gate)
        {
            if (_timed == 0) return false;
            var now = _time.GetTimestamp();
            for (var entry = _queue.Head; entry is not null;)
            {
                var next = entry.Next;
                if (entry.Deadline <= now)
                {
                    Unlink(entry);
                    entry.Next = expired;
                    expired = entry;
                }
                entry = next;
            }
        }
        for (var entry = expired; entry is not null; entry = entry.Next) Finish(entry, ExpiryOf(entry));
        BatchEntry.ResumeAll(expired);
        return true;
    }

    /// <summary>Runs one batch, then has whatever waits by then run behind the other work that is queued for the same threads.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        InstanceSlot? slot;
        var more = false;
        lock (_gate)
        {
            _drainQueued = false;
            slot = TakeBatch(_time.GetTimestamp(), ranWhereItArrived: false);
            if (slot is not null && _queue.Count > 0 && _freeCount > 0) more = _drainQueued = true;
        }
        if (slot is null) return;
        if (more) QueueDrain();
        RunAndRelease(slot);
    }

    public void Dispose()
    {
        foreach (var instance in _instances) instance.Dispose();
        _owned?.Dispose();
    }

    private ValueTask<ScoreStatus> RunHere(InstanceSlot slot, BatchEntry entry)
    {
        RunAndRelease(slot);
        return new ValueTask<ScoreStatus>(entry.Status);
    }

    // As many requests as this thread brought, its own or others' that came before them; what is left then goes to other threads.
    private void RunAll(InstanceSlot slot, int requests)
    {
        while (true)
        {
            requests -= slot.Batch.Count + slot.Expired.Count;
            var done = RunBatch(slot);
            if (requests <= 0)
            {
                ReleaseAndDrain(slot);
                BatchEntry.ResumeAll(done);
                return;
            }
            lock (_gate) _free[_freeCount++] = slot;
            BatchEntry.ResumeAll(done);
            if (!TryTakeNext(out var next)) return;
            slot = next;
        }
    }

    // False: nothing waits, or what waits is others' to run and has been given to them.
    private bool TryTakeNext([NotNullWhen(true)] out InstanceSlot? slot)
    {
        slot = null;
        lock (_gate)
        {
            if (_queue.Count == 0) return false;
            if (RunsHere) slot = TakeBatch(_time.GetTimestamp(), ranWhereItArrived: true);
            if (slot is not null) return true;
            // Without a free instance, whoever has one takes it from here.
            if (_freeCount == 0 || _drainQueued) return false;
            _drainQueued = true;
        }
        QueueDrain();
        return false;
    }

    private void RunAndRelease(InstanceSlot slot)
    {
        var done = RunBatch(slot);
        // First the instance, then the answers: writing those takes time that the next batch need not wait for.
        ReleaseAndDrain(slot);
        BatchEntry.ResumeAll(done);
    }

    /// <summary>Closes the next batch on a free instance; null when there is none or nothing waits. The lock is held.</summary>
    private InstanceSlot? TakeBatch(long now, bool ranWhereItArrived)
    {
        if (_freeCount == 0 || _queue.Head is null) return null;
        var slot = _free[--_freeCount];
        var batch = slot.Batch;
        var limit = _policy.RowLimit(_queue.Rows);
        var stoppedByShape = false;
        var stoppedByRoom = false;
        var first = _queue.Head;
        for (var entry = first; entry is not null;)
        {
            var next = entry.Next;
            if (entry.Deadline <= now)
            {
                Unlink(entry);
                slot.Expired.Add(entry);
            }
            else if (batch.Count > 0 && !entry.MergesWith(batch.Entries[0])) stoppedByShape = true;
            else if (batch.Count > 0 && batch.Rows + entry.Rows > limit)
            {
                stoppedByRoom = true;
                break;
            }
            else
            {
                Unlink(entry);
                entry.Timings.Taken = now;
                batch.Add(entry);
                if (batch.Rows >= limit || limit == 0) break;
            }
            entry = next;
        }
        batch.Taken = now;
        batch.Reason = _policy.ReasonFor(batch.Rows, stoppedByShape, stoppedByRoom, ranWhereItArrived);
        return slot;
    }

    /// <summary>Runs what was taken. Returns the chain of those whose transports wait, to be resumed once the instance is given back.</summary>
    private BatchEntry? RunBatch(InstanceSlot slot)
    {
        BatchEntry? done = null;
        foreach (var expired in slot.Expired)
        {
            Finish(expired, ExpiryOf(expired));
            Chain(expired, ref done);
        }
        slot.Expired.Clear();
        RunBatch(slot.Instance, slot.Batch);
        for (var i = slot.Batch.Count - 1; i >= 0; i--) Chain(slot.Batch.Entries[i], ref done);
        slot.Batch.Clear();
        return done;
    }

    private static void Chain(BatchEntry entry, ref BatchEntry? done)
    {
        if (entry.RanInline) return;
        entry.Next = done;
        done = entry;
    }

    private void RunBatch(IModelInstance instance, Batch batch)
    {
        if (batch.Count == 0) return;
        try
        {
            instance.Run(batch);
            _statistics.BatchDone(batch);
            foreach (var entry in batch.Entries) Succeed(entry, batch);
        }
        catch (InferenceFaultException fault) when (batch.Count == 1)
        {
            Fault(batch.Entries[0], fault);
        }
        catch (InferenceFaultException)
        {
            RunOneByOne(instance, batch);
        }
        catch (Exception bug)
        {
            // Whatever it is, its requests are answered and the instance goes back; the other models know nothing of it.
            var fault = Unforeseen(bug);
            foreach (var entry in batch.Entries)
            {
                if (entry.Phase != EntryPhase.Done) Fault(entry, fault);
            }
        }
    }

    // One request's values may be what the runtime refused: the others in its batch must not pay for them.
    private void RunOneByOne(IModelInstance instance, Batch batch)
    {
        var single = new Batch { Taken = batch.Taken, Reason = batch.Reason };
        foreach (var entry in batch.Entries)
        {
            single.Clear();
            entry.ClearOutputs();
            single.Add(entry);
            try
            {
                instance.Run(single);
                _statistics.BatchDone(single);
                Succeed(entry, single);
            }
            catch (InferenceFaultException fault)
            {
                Fault(entry, fault);
            }
            catch (Exception bug)
            {
                if (entry.Phase != EntryPhase.Done) Fault(entry, Unforeseen(bug));
            }
        }
    }

    private static InferenceFaultException Unforeseen(Exception bug) =>
        new($"the version failed in a way that was not foreseen: {bug.GetType().Name}", bug);

    private static void Succeed(BatchEntry entry, Batch batch)
    {
        entry.Timings.InputReady = batch.InputReady;
        entry.Timings.Inferred = batch.Inferred;
        entry.Timings.OutputReady = batch.OutputReady;
        entry.Phase = EntryPhase.Done;
        entry.Complete(ScoreStatus.Ok);
    }

    private void Fault(BatchEntry entry, InferenceFaultException fault)
    {
        entry.Fail(ScoreStatus.Faulted, fault.Message);
        Finish(entry, ScoreStatus.Faulted);
    }

    private void Finish(BatchEntry entry, ScoreStatus status)
    {
        _statistics.RequestFailed(status, entry.Timings.Received, _time.GetTimestamp());
        if (entry.Error is null && status is ScoreStatus.QueueTimeout) entry.Error = "Request timeout expired";
        entry.Phase = EntryPhase.Done;
        entry.Complete(status);
    }

    /// <summary>Gives the instance back and has whatever waits for it run elsewhere.</summary>
    private void ReleaseAndDrain(InstanceSlot slot)
    {
        lock (_gate)
        {
            _free[_freeCount++] = slot;
            if (_queue.Count == 0 || _drainQueued) return;
            _drainQueued = true;
        }
        QueueDrain();
    }

    private bool RunsHere => _policy.OnArrivalOfMany(_freeCount, _queue.Rows) == BatchDecision.RunHere;

    private void Enqueue(BatchEntry entry)
    {
        _queue.Enqueue(entry);
        if (entry.Deadline != long.MaxValue) _timed++;
    }

    private void Unlink(BatchEntry entry)
    {
        _queue.Remove(entry);
        if (entry.Deadline != long.MaxValue) _timed--;
    }

    private void QueueDrain()
    {
        if (_scheduler is null) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else _scheduler.Queue(this);
    }

    private ValueTask<ScoreStatus> Refused(BatchEntry entry)
    {
        entry.RanInline = true;
        Refuse(entry);
        return new ValueTask<ScoreStatus>(ScoreStatus.Overloaded);
    }

    private void Refuse(BatchEntry first)
    {
        for (var entry = first; entry is not null; entry = entry.Next)
        {
            entry.Error = "Exceeds maximum queue size";
            Finish(entry, ScoreStatus.Overloaded);
        }
        if (!first.RanInline) BatchEntry.ResumeAll(first);
    }

    private void ApplyTimeout(BatchEntry entry, long now)
    {
        var timeout = _defaultTimeout;
        if (_allowTimeoutOverride && entry.TimeoutMicroseconds > 0)
        {
            // Saturated well before the sum with the clock could wrap.
            var own = (long)Math.Min(entry.TimeoutMicroseconds * (_time.TimestampFrequency / 1e6), long.MaxValue / 4.0);
            timeout = timeout == 0 ? own : Math.Min(timeout, own);
        }
        // Not "now + timeout": a caller may ask for ages, and the sum would wrap.
        if (timeout == 0 || timeout >= entry.Deadline - now) return;
        entry.Deadline = now + timeout;
        entry.QueueTimed = true;
    }

    private static ScoreStatus ExpiryOf(BatchEntry entry) => entry.QueueTimed ? ScoreStatus.QueueTimeout : ScoreStatus.DeadlineExceeded;

    private sealed class InstanceSlot(IModelInstance instance)
    {
        public IModelInstance Instance { get; } = instance;
        public Batch Batch { get; } = new();
        public List<BatchEntry> Expired { get; } = [];
    }
}

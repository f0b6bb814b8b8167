// Hot path: every request of a model version that asks for no scheduling of its own passes here.
using System.Diagnostics.CodeAnalysis;
using Appliance.Inference.Statistics;

namespace Appliance.Inference.Batching;

/// <summary>
/// The batcher of models whose configuration asks for nothing else. A request that finds an instance free runs at once on its own thread;
/// the others wait in order and are taken together by whichever instance is free first: nobody ever waits for time to pass. Thread-safe.
/// </summary>
public sealed class SelfTuningBatcher : DynamicBatcher, IThreadPoolWorkItem
{
    private readonly BatchPolicy _policy;
    private readonly QueueTimeouts _timeouts;

    // Guards _queue, _standing, _free, _freeCount, _drainQueued, _timed and the queue fields of every entry in _queue.
    private readonly Lock _gate = new();
    private readonly EntryQueue _queue = new();
    private readonly StandingQueue _standing;
    private readonly InstanceSlot[] _free;
    private int _freeCount;
    private bool _drainQueued;
    private int _timed;

    /// <inheritdoc/>
    public SelfTuningBatcher(
        IModelInstance[] instances, BatchPolicy policy, QueueLimits limits, ModelStatistics statistics, TimeProvider time, RunScheduler? scheduler,
        IDisposable? owned = null)
        : base(instances, policy.MaxBatchSize, statistics, time, scheduler, owned)
    {
        _policy = policy;
        _timeouts = new QueueTimeouts(limits, time.TimestampFrequency);
        _standing = new StandingQueue((long)(limits.MayStandFor.TotalSeconds * time.TimestampFrequency), policy.MaxBatchSize, time.TimestampFrequency);
        _free = [.. Slots];
        _freeCount = _free.Length;
    }

    /// <inheritdoc/>
    public override (int Count, long OldestQueuedAt) Queue
    {
        get
        {
            lock (_gate) return (_queue.Count, _queue.Head?.Timings.Queued ?? 0);
        }
    }

    private protected override int WaitingCount => _queue.Count;

    /// <inheritdoc/>
    public override ValueTask<ScoreStatus> SubmitAsync(BatchEntry entry, bool moreArriving)
    {
        var now = Time.GetTimestamp();
        entry.Timings.Queued = now;
        _timeouts.Apply(entry, now);
        InstanceSlot? slot = null;
        var drain = false;
        lock (_gate)
        {
            var decision = _policy.OnArrival(_queue.Count, _freeCount, moreArriving);
            if (decision == BatchDecision.Refuse || IsHopeless(entry, now)) return Refused(entry);
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

    /// <inheritdoc/>
    public override void Submit(EntryChain arrived)
    {
        InstanceSlot? slot = null;
        BatchEntry? refused = null;
        var drain = false;
        var now = Time.GetTimestamp();
        lock (_gate)
        {
            for (var entry = arrived.First; entry is not null;)
            {
                var next = entry.Next;
                entry.Next = null;
                entry.Timings.Queued = now;
                _timeouts.Apply(entry, now);
                // What an instance can take at once does not wait.
                if (_policy.IsFull(_queue.Count) && slot is null && RunsHere) slot = TakeBatch(now, ranWhereItArrived: true);
                var full = _policy.IsFull(_queue.Count) && !(_queue.Count == 0 && RunsHere);
                if (full || (slot is null && IsHopeless(entry, now))) BatchRunner.Chain(entry, ref refused);
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

    /// <inheritdoc/>
    public override bool TryCancel(BatchEntry entry)
    {
        lock (_gate)
        {
            if (entry.Phase != EntryPhase.Queued) return false;
            Unlink(entry);
        }
        Runner.Finish(entry, ScoreStatus.Cancelled);
        BatchEntry.ResumeAll(entry);
        return true;
    }

    /// <inheritdoc/>
    public override bool ExpireOverdue()
    {
        BatchEntry? expired = null;
        lock (_gate)
        {
            if (_timed == 0) return false;
            var now = Time.GetTimestamp();
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
        Runner.Expire(expired);
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
            slot = TakeBatch(Time.GetTimestamp(), ranWhereItArrived: false);
            if (slot is not null && _queue.Count > 0 && _freeCount > 0) more = _drainQueued = true;
        }
        if (slot is null) return;
        if (more) QueueDrain();
        RunAndRelease(slot);
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
            var done = Runner.Run(slot);
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
            if (RunsHere) slot = TakeBatch(Time.GetTimestamp(), ranWhereItArrived: true);
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
        var done = Runner.Run(slot);
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
        var limit = _policy.MaxBatchSize;
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
        if (_queue.Count > 0 || _standing.IsWatching) NoteTaken(batch, now);
        batch.Taken = now;
        batch.Reason = _policy.ReasonFor(batch.Rows, stoppedByShape, stoppedByRoom, ranWhereItArrived);
        return slot;
    }

    private void NoteTaken(Batch batch, long now)
    {
        var shortestWait = _queue.Count == 0 || batch.Count == 0 ? 0 : now - batch.Entries[^1].Timings.Queued;
        _standing.BatchTaken(batch.Rows, shortestWait, Service.RowTicks, now);
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

    // A caller who named no deadline would rather wait than be refused; the queue's bound alone is for it. Deadlines are forecast only where the
    // request would wait: with an instance free no answer is late that is not late already.
    private bool IsHopeless(BatchEntry entry, long now) => entry.Deadline != long.MaxValue
        && (Service.WaitsTooLong(entry, _queue.Rows, _freeCount > 0, _standing, now) || (_freeCount == 0 && Service.CannotMeet(entry, _queue.Rows, now)));

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

    private void QueueDrain() => QueueWork(this);

    private ValueTask<ScoreStatus> Refused(BatchEntry entry)
    {
        entry.RanInline = true;
        Refuse(entry);
        return new ValueTask<ScoreStatus>(entry.Status);
    }
}

// Hot path: every request of a model version passes here.
using Appliance.Inference.Statistics;

namespace Appliance.Inference.Batching;

/// <summary>
/// The queue of one model version and the instances that serve it: what both kinds of it have in common. Thread-safe.
/// Its caller holds a lease on the version for every submitted entry, so it is never disposed under one.
/// </summary>
public abstract class DynamicBatcher : IDisposable
{
    // Several full batches of the default size: below it a request of a fast model is answered within a millisecond or so.
    private const int LongQueue = 512;

    private readonly IModelInstance[] _instances;
    private readonly IDisposable? _owned;
    private readonly RunScheduler? _scheduler;

    // Written by every thread that brings requests one by one; a lost update is a guess that is off once.
    private long _lastArrival = long.MinValue / 2;

    /// <param name="instances">Owned from here on.</param>
    /// <param name="owned">What the instances share; disposed after them.</param>
    /// <param name="scheduler">Where runs go that are too long for the thread pool; null for the pool.</param>
    private protected DynamicBatcher(
        IModelInstance[] instances, int maxBatchSize, ModelStatistics statistics, TimeProvider time, RunScheduler? scheduler, IDisposable? owned)
    {
        _instances = instances;
        _owned = owned;
        _scheduler = scheduler;
        Time = time;
        Runner = new BatchRunner(statistics, time);
        Slots = [.. instances.Select(i => new InstanceSlot(i))];
        Service = new ServiceForecast(Slots, maxBatchSize, statistics, time.TimestampFrequency);
    }

    private protected TimeProvider Time { get; }
    private protected BatchRunner Runner { get; }
    private protected ServiceForecast Service { get; }

    /// <summary>Every instance's place, busy or free.</summary>
    private protected InstanceSlot[] Slots { get; }

    /// <summary>Whether a request that waits now may wait for long enough that watching for its caller to hang up is worth the cost.</summary>
    public bool WaitIsLong => _scheduler is not null || WaitingCount > LongQueue;

    /// <summary>Whether requests wait; a moment old when it is read.</summary>
    public bool HasWaiting => WaitingCount > 0;

    /// <summary>Notes that a request arrived. Returns how long after the one before, in timestamp units.</summary>
    public long NoteArrival(long timestamp)
    {
        var before = Volatile.Read(ref _lastArrival);
        Volatile.Write(ref _lastArrival, timestamp);
        return timestamp - before;
    }

    /// <summary>Requests waiting, and since when the oldest of them.</summary>
    public abstract (int Count, long OldestQueuedAt) Queue { get; }

    /// <summary>Requests waiting; a moment old when it is read.</summary>
    private protected abstract int WaitingCount { get; }

    /// <summary>
    /// Takes a bound entry whose version is leased. Completes with its outcome; the lease is given back by then.
    /// </summary>
    /// <param name="moreArriving">Whether further requests are already waiting for a thread.</param>
    public abstract ValueTask<ScoreStatus> SubmitAsync(BatchEntry entry, bool moreArriving);

    /// <summary>
    /// Takes requests that arrived together; their waiters hear of the outcomes. Runs them on this thread, in as few batches as there can
    /// be, where an instance is free and its runs are short.
    /// </summary>
    public abstract void Submit(EntryChain arrived);

    /// <summary>Takes the entry out of the queue if it still waits there; it then completes as cancelled. Otherwise it runs to its end.</summary>
    public abstract bool TryCancel(BatchEntry entry);

    /// <summary>Ends every waiting entry whose time is over. Called by a sweep every few milliseconds, so an answer is prompt even while all instances are busy.</summary>
    /// <returns>Whether any entry with a deadline was waiting.</returns>
    public abstract bool ExpireOverdue();

    public virtual void Dispose()
    {
        foreach (var instance in _instances) instance.Dispose();
        _owned?.Dispose();
    }

    /// <summary>Has work done where this version's runs are.</summary>
    private protected void QueueWork(IThreadPoolWorkItem work)
    {
        if (_scheduler is null) ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        else _scheduler.Queue(work);
    }

    /// <summary>Ends entries that never got into the queue, chained by their links, and tells their transports.</summary>
    private protected void Refuse(BatchEntry first)
    {
        for (var entry = first; entry is not null; entry = entry.Next)
        {
            if (entry.RefusedAs != ScoreStatus.Ok)
            {
                ServiceForecast.Explain(entry, Time.TimestampFrequency);
                Runner.Finish(entry, entry.RefusedAs);
                continue;
            }
            entry.Error = "Exceeds maximum queue size";
            Runner.Finish(entry, ScoreStatus.Overloaded);
        }
        if (!first.RanInline) BatchEntry.ResumeAll(first);
    }
}

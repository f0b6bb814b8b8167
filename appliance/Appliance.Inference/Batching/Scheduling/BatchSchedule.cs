// Hot path where models are scheduled.
namespace Appliance.Inference.Batching.Scheduling;

/// <summary>
/// The queue of a scheduled model and how far it has been looked at: asks the policy, and obeys it. A request is looked at once while it waits
/// for a batch, unless what comes before it changes. Not thread-safe: its batcher's lock guards it. Knows no clock; whoever calls says what time it is.
/// </summary>
internal sealed class BatchSchedule
{
    private readonly SchedulePolicy _policy;
    private readonly LevelQueues _queues;

    // What of the queue is in the pending batch: from its first entry to _last, while _isCurrent.
    private PendingBatch _pending;
    private BatchEntry? _last;
    private bool _isCurrent;

    private int _timed;
    private BatchEntry? _expired;

    public BatchSchedule(ScheduleSettings settings, long timestampFrequency)
    {
        // A delay of ages is one of ages; the sum with a clock must not wrap.
        var delay = (long)Math.Min(settings.MaxQueueDelay.TotalSeconds * timestampFrequency, long.MaxValue / 4.0);
        _policy = new SchedulePolicy(settings.MaxBatchSize, settings.PreferredSizes, delay);
        _queues = new LevelQueues(settings, timestampFrequency);
    }

    public int Count => _queues.Count;

    /// <inheritdoc cref="LevelQueues.OldestQueuedAt"/>
    public long OldestQueuedAt => _queues.OldestQueuedAt;

    /// <summary>Whether a request like this one may wait, by how many of its priority do.</summary>
    public bool HasRoom(BatchEntry entry)
    {
        var priority = _queues.PriorityOf(entry);
        return _queues.CountAt(priority) < _queues.PolicyOf(priority).MaxQueueSize;
    }

    /// <summary>Sets when the wait of a request ends that begins now, by its priority's limits.</summary>
    public void Limit(BatchEntry entry, long now) => _queues.PolicyOf(_queues.PriorityOf(entry)).Apply(entry, now);

    /// <summary>Takes a request in.</summary>
    public void Enqueue(BatchEntry entry)
    {
        var priority = _queues.PriorityOf(entry);
        _queues.Enqueue(entry, priority);
        if (entry.Deadline != long.MaxValue) _timed++;
        if (_isCurrent && _last is not null && IsBefore(priority, _last)) _isCurrent = false;
    }

    /// <summary>Rows that run before a request like this one if it arrives now.</summary>
    public int RowsBefore(BatchEntry entry) => _queues.RowsBefore(_queues.PriorityOf(entry));

    /// <summary>Takes a waiting request out.</summary>
    public void Remove(BatchEntry entry)
    {
        _queues.Remove(entry);
        if (entry.Deadline != long.MaxValue) _timed--;
        _isCurrent = false;
    }

    /// <summary>What to do at this moment if an instance is free. Entries whose time is over are taken out on the way; see <see cref="TakeExpired"/>.</summary>
    public ScheduleDecision Next(long now)
    {
        if (!_isCurrent || now >= _pending.ClosestTimeout)
        {
            _pending = PendingBatch.Empty;
            _last = null;
            _isCurrent = true;
        }
        var entry = Settle(_last is null ? _queues.First : _queues.After(_last), now);
        while (entry is not null && _pending.StoppedBy is null)
        {
            var merges = _pending.Requests == 0 || entry.MergesWith(_queues.First!);
            if (!_policy.TryAdd(ref _pending, entry.Rows, merges, entry.Timings.Queued, Math.Min(entry.Deadline, entry.DelayedAt))) break;
            _last = entry;
            entry = Settle(_queues.After(entry), now);
        }
        return _policy.Decide(_pending, now);
    }

    /// <summary>Moves the decided number of requests into the batch.</summary>
    public void Take(in ScheduleDecision decision, Batch batch, long now)
    {
        for (var i = 0; i < decision.Take; i++)
        {
            var entry = _queues.First!;
            Remove(entry);
            entry.Timings.Taken = now;
            batch.Add(entry);
        }
        batch.Taken = now;
        batch.Reason = decision.Reason;
    }

    /// <summary>Takes out every request whose time is over. False when none had any limit.</summary>
    public bool TryExpire(long now)
    {
        if (_timed == 0) return false;
        for (var entry = _queues.First; entry is not null;)
        {
            var next = _queues.After(entry);
            if (entry.Deadline <= now) Expire(entry);
            entry = next;
        }
        return true;
    }

    /// <summary>Those taken out because their time was over, chained by their links; each is given once.</summary>
    public BatchEntry? TakeExpired()
    {
        var expired = _expired;
        _expired = null;
        return expired;
    }

    // The first from this one on that is within its time. Delayed ones are met again behind the others of their level.
    private BatchEntry? Settle(BatchEntry? entry, long now)
    {
        while (entry is not null)
        {
            BatchEntry? next;
            if (entry.Deadline <= now)
            {
                next = _queues.After(entry);
                Expire(entry);
                // It was behind the pending batch, which stays as it is.
                _isCurrent = true;
            }
            else if (entry.DelayedAt <= now)
            {
                var level = entry.Level!;
                next = entry.Next;
                level.Delay(entry);
                next ??= level.Delayed.Head;
            }
            else return entry;
            entry = next;
        }
        return null;
    }

    private void Expire(BatchEntry entry)
    {
        Remove(entry);
        entry.Next = _expired;
        _expired = entry;
    }

    // Whether a request that arrives at this priority comes before the end of the pending batch.
    private static bool IsBefore(ulong priority, BatchEntry last) =>
        priority < last.Level!.Priority || (priority == last.Level.Priority && last.IsDelayed);
}

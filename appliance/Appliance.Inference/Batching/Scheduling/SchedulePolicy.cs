namespace Appliance.Inference.Batching.Scheduling;

/// <summary>
/// Which requests make a batch and when it is closed, as Triton's dynamic batcher has it: at the largest preferred size that the queue
/// fills; with whatever waits once its oldest request has waited for the queue delay. Pure; times in timestamp units.
/// </summary>
internal sealed class SchedulePolicy
{
    private readonly int _largestBatch;
    private readonly bool _batches;
    private readonly int[] _preferred;
    private readonly long _delay;

    /// <param name="maxBatchSize">Rows in one batch at most; 0 for a model without a batch dimension.</param>
    /// <param name="preferredSizes">Ascending; empty for the largest batch alone.</param>
    /// <param name="delay">How long the oldest request may wait for others; 0 for not at all.</param>
    public SchedulePolicy(int maxBatchSize, IReadOnlyList<int> preferredSizes, long delay)
    {
        _batches = maxBatchSize > 0;
        _largestBatch = Math.Max(1, maxBatchSize);
        _preferred = preferredSizes.Count == 0 ? [_largestBatch] : [.. preferredSizes];
        _delay = delay;
    }

    /// <summary>Adds the next request in the queue's order; false when it cannot join, and so nobody behind it either.</summary>
    /// <param name="merges">Whether its shapes are those of the batch.</param>
    /// <param name="timeout">When its wait ends or its place changes.</param>
    public bool TryAdd(ref PendingBatch pending, int rows, bool merges, long queuedAt, long timeout)
    {
        rows = Math.Max(1, rows);
        if (pending.Requests > 0)
        {
            // Past the largest preferred size no better batch can come: what is there is the best. It may still grow if the delay is over.
            if (pending.Rows + rows > _preferred[^1] && pending.MarkedRequests == 0) Mark(ref pending);
            if (pending.Rows + rows > _largestBatch) return Stop(ref pending, BatchClose.NoRoom);
            if (!merges) return Stop(ref pending, BatchClose.ShapeChange);
        }
        pending.Requests++;
        pending.Rows += rows;
        pending.OldestQueuedAt = Math.Min(pending.OldestQueuedAt, queuedAt);
        pending.ClosestTimeout = Math.Min(pending.ClosestTimeout, timeout);
        if (IsPreferred(pending.Rows)) Mark(ref pending);
        return true;
    }

    public ScheduleDecision Decide(in PendingBatch pending, long now)
    {
        if (pending.Requests == 0) return new(Take: 0, Until: long.MaxValue, default);
        var overdue = _delay > 0 && now - pending.OldestQueuedAt >= _delay;
        if (pending.MarkedRequests > 0 && !overdue)
        {
            return Close(pending.MarkedRequests, pending.MarkedRows, pending.StoppedBy == BatchClose.ShapeChange ? BatchClose.ShapeChange : BatchClose.NoRoom);
        }
        if (pending.StoppedBy is { } stopped) return Close(pending.Requests, pending.Rows, stopped);
        if (overdue) return Close(pending.Requests, pending.Rows, BatchClose.QueueDelay);
        if (_delay == 0 || pending.Rows >= _preferred[^1]) return Close(pending.Requests, pending.Rows, BatchClose.InstanceFree);
        return new(Take: 0, Math.Min(pending.OldestQueuedAt + _delay, pending.ClosestTimeout), default);
    }

    private ScheduleDecision Close(int requests, int rows, BatchClose reason)
    {
        if (!_batches) reason = BatchClose.Unbatched;
        else if (rows >= _largestBatch) reason = BatchClose.Full;
        else if (IsPreferred(rows)) reason = BatchClose.Preferred;
        return new(requests, Until: 0, reason);
    }

    private bool IsPreferred(int rows) => Array.BinarySearch(_preferred, rows) >= 0;

    private static void Mark(ref PendingBatch pending) => (pending.MarkedRequests, pending.MarkedRows) = (pending.Requests, pending.Rows);

    private static bool Stop(ref PendingBatch pending, BatchClose reason)
    {
        pending.StoppedBy = reason;
        return false;
    }
}

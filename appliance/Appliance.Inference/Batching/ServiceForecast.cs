// Hot path where every instance is busy.
using Appliance.Inference.Statistics;

namespace Appliance.Inference.Batching;

/// <summary>
/// Says of a request that would have to wait whether its answer would come too late for its caller, or its wait be one of those that a queue is made of
/// that does not drain, from what waits before it and how long runs took of late: one that would is refused at once, while it costs nothing and its
/// caller can still go elsewhere. Its batcher's lock is held.
/// </summary>
internal sealed class ServiceForecast(InstanceSlot[] slots, int maxBatchSize, ModelStatistics statistics, long timestampFrequency)
{
    // Fewer runs say little of what the next one takes: the first ones of a version are often slow. After so many, the first counts for less
    // than a twentieth of what is known of late.
    private const long EnoughRuns = 24;

    // The way to the caller and back, of which nothing is known here: a tenth of what its deadline leaves, 10 ms at most. At three times the highest rate
    // callers saw answers 6 ms (median) to 30 ms (p99) after a deadline of 100 ms that was met here (perf/results/2026-11-29-a496996-schedule-overload.md).
    private const int ShareOfWay = 10;
    private readonly long _longestWay = timestampFrequency / 100;

    /// <summary>How long a row of a run takes of late; 0 while too little is known.</summary>
    public long RowTicks => statistics.ExecutionCount < EnoughRuns ? 0 : statistics.RecentRowTicks;

    /// <summary>Whether the entry's caller cannot be answered in time; notes then by how much it would come too late.</summary>
    /// <param name="entry">One with a deadline.</param>
    /// <param name="rowsAhead">Rows that run before it.</param>
    public bool CannotMeet(BatchEntry entry, int rowsAhead, long now)
    {
        if (entry.QueueTimed || statistics.ExecutionCount < EnoughRuns) return false;
        var run = statistics.RecentRunTicks;
        var left = entry.Deadline - now;
        var answerIn = DeadlinePolicy.AnswerIn(rowsAhead, maxBatchSize, slots.Length, RemainingOfRun(run, now), run);
        var late = answerIn + Math.Min(left / ShareOfWay, _longestWay) - left;
        // What is over already is no forecast: it ends as a passed deadline does.
        if (late <= 0 || left <= 0) return false;
        entry.Refuse(ScoreStatus.Shed, late);
        return true;
    }

    /// <summary>Whether the entry would wait for too long behind a queue that stands; notes then how long the queue is.</summary>
    /// <param name="rowsAhead">Rows that run before it. Where there are none it is taken: without it an instance would go idle.</param>
    /// <param name="hasFree">Whether an instance is free and only waits for a thread: on a machine that is busy that takes a while, too.</param>
    public bool WaitsTooLong(BatchEntry entry, int rowsAhead, bool hasFree, StandingQueue queue, long now)
    {
        if (rowsAhead == 0 || !queue.IsWatching) return false;
        var row = RowTicks;
        if (!queue.Stands(row, now)) return false;
        var wait = (hasFree ? 0 : RemainingOfRows(row, now)) + (rowsAhead * row / slots.Length);
        if (!queue.Refuses(entry.Rows, wait, row)) return false;
        entry.Refuse(ScoreStatus.StandingQueue, wait);
        return true;
    }

    /// <summary>Words for an entry that was refused for its forecast, and its hint in whole milliseconds.</summary>
    public static void Explain(BatchEntry entry, long timestampFrequency)
    {
        entry.RetryAfterMs = (int)Math.Clamp(Math.Ceiling(entry.RetryIn * 1e3 / timestampFrequency), 1, int.MaxValue);
        entry.Error = entry.RefusedAs == ScoreStatus.Shed
            ? $"The deadline cannot be met: by the requests before it, its answer would come {entry.RetryAfterMs} ms too late"
            : $"More requests come than the model answers: what waits before this one takes {entry.RetryAfterMs} ms";
    }

    // Until the first of the busy instances is free, going by how long a run takes.
    private long RemainingOfRun(long run, long now)
    {
        var least = long.MaxValue;
        foreach (var slot in slots) least = Math.Min(least, slot.Batch.Taken + run - now);
        return Math.Max(0, least);
    }

    // The same going by the rows of each: while few may wait, runs differ. Rows that a run has just given back read as none, and its instance is free in a moment.
    private long RemainingOfRows(long row, long now)
    {
        var least = long.MaxValue;
        foreach (var slot in slots) least = Math.Min(least, slot.Batch.Taken + (slot.Batch.Rows * row) - now);
        return Math.Max(0, least);
    }
}

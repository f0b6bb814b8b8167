// Hot path where every instance is busy and callers have deadlines.
using Appliance.Inference.Statistics;

namespace Appliance.Inference.Batching;

/// <summary>
/// Says of a request that would have to wait whether its answer would come too late for its caller, from what waits before it and how long
/// runs took of late: one that would is refused at once, while it costs nothing and its caller can still go elsewhere. Its batcher's lock is held.
/// </summary>
internal sealed class ServiceForecast(InstanceSlot[] slots, int maxBatchSize, ModelStatistics statistics)
{
    // Fewer runs say little of what the next one takes: the first ones of a version are often slow. After so many, the first counts for less
    // than a twentieth of what is known of late.
    private const long EnoughRuns = 24;

    /// <summary>Whether the entry's caller cannot be answered in time; notes then by how much it would come too late.</summary>
    /// <param name="entry">One with a deadline.</param>
    /// <param name="rowsAhead">Rows that run before it.</param>
    public bool CannotMeet(BatchEntry entry, int rowsAhead, long now)
    {
        if (entry.QueueTimed || statistics.ExecutionCount < EnoughRuns) return false;
        var run = statistics.RecentRunTicks;
        var answerIn = DeadlinePolicy.AnswerIn(rowsAhead, maxBatchSize, slots.Length, RemainingOfRun(run, now), run);
        var late = answerIn - (entry.Deadline - now);
        // What is over already is no forecast: it ends as a passed deadline does.
        if (late <= 0 || entry.Deadline <= now) return false;
        entry.LateBy = late;
        return true;
    }

    /// <summary>Words for a refused entry, and its hint in whole milliseconds.</summary>
    public static void Explain(BatchEntry entry, long timestampFrequency)
    {
        entry.RetryAfterMs = (int)Math.Clamp(Math.Ceiling(entry.LateBy * 1e3 / timestampFrequency), 1, int.MaxValue);
        entry.Error = $"The deadline cannot be met: by the requests before it, its answer would come {entry.RetryAfterMs} ms too late";
    }

    // Until the first of the busy instances is free, going by how long a run takes.
    private long RemainingOfRun(long run, long now)
    {
        var least = long.MaxValue;
        foreach (var slot in slots) least = Math.Min(least, slot.Batch.Taken + run - now);
        return Math.Max(0, least);
    }
}

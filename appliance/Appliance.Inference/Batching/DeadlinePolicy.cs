namespace Appliance.Inference.Batching;

/// <summary>How long a request that arrives while every instance is busy has to wait for its answer. Pure; durations in any one unit.</summary>
internal static class DeadlinePolicy
{
    /// <param name="rowsAhead">Rows that wait before it.</param>
    /// <param name="maxBatchSize">Rows in one run at most; 0 where each request is a run of its own.</param>
    /// <param name="instances">Runs that happen at once.</param>
    /// <param name="remainingRun">Until the first instance is free.</param>
    /// <param name="run">How long a run takes.</param>
    public static long AnswerIn(int rowsAhead, int maxBatchSize, int instances, long remainingRun, long run)
    {
        // Those that fill whole runs go first, the others share a run with it.
        var rounds = rowsAhead / Math.Max(1, maxBatchSize) / instances;
        return remainingRun + ((rounds + 1) * run);
    }
}

namespace Appliance.Inference.Batching;

/// <summary>What a wait that is short is, for how long a queue may keep to longer ones, and when too little is refused to go on refusing. Pure; durations in any one unit.</summary>
internal static class OverloadPolicy
{
    // With a third of the largest batch for each instance waiting, one that is free has a batch that is nearly as cheap a row as the largest, and nobody waits for whole runs of others.
    private const int ShareOfBatch = 3;

    // One row would have an instance go idle while the next request is on its way.
    private const int LeastRows = 2;

    // What bursts and a machine's own hiccups make of a load that is within what is answered. A load that is an eighth too high adds an eighth of the interval to the waits until refusing begins anew.
    private const int ShareRefused = 8;

    /// <summary>How long a request may wait while a queue stands: as long as a third of a full batch takes, two rows at least; never less than <paramref name="least"/>.</summary>
    /// <param name="maxBatchSize">Rows in one run at most; 0 where each request is a run of its own.</param>
    /// <param name="row">How long a row of a run takes.</param>
    public static long Target(int maxBatchSize, long row, long least) => Math.Max(least, Math.Max(LeastRows, maxBatchSize / ShareOfBatch) * row);

    /// <summary>For how long waits must have been above the target: the interval, and two targets where runs are long.</summary>
    public static long Interval(long interval, long target) => Math.Max(interval, 2 * target);

    /// <summary>Whether so little was refused that all of it may be let in again.</summary>
    public static bool IsOver(long refusedRows, long takenRows) => refusedRows * ShareRefused <= refusedRows + takenRows;
}

namespace Appliance.Inference.Batching;

/// <summary>
/// When a batch runs and how many rows it takes. Pure. Nothing here waits for time to pass: a batch takes what is queued the moment
/// an instance is free; while more requests are already waiting for a thread, the run is put behind them so that they join it.
/// </summary>
/// <param name="maxBatchSize">Rows in one batch at most; 0 for a model without a batch dimension.</param>
/// <param name="maxQueueSize">Requests that may wait.</param>
/// <param name="gathers">Whether batching saves this model more than a hand-off costs; otherwise requests run where they arrive.</param>
/// <param name="ownThread">Whether a run is short enough for the thread that brought the request.</param>
/// <param name="ownThreadRows">Rows that are run together on the thread that brought them at most: more would hold it for too long.</param>
public sealed class BatchPolicy(int maxBatchSize, int maxQueueSize, bool gathers, bool ownThread, int ownThreadRows = int.MaxValue)
{
    public int MaxBatchSize { get; } = maxBatchSize;
    public bool Gathers { get; } = gathers;

    /// <param name="queued">Requests queued before this one.</param>
    /// <param name="freeInstances">Instances that could run a batch now.</param>
    /// <param name="moreArriving">Whether work that may be further requests is waiting for a thread.</param>
    public BatchDecision OnArrival(int queued, int freeInstances, bool moreArriving)
    {
        if (freeInstances == 0) return queued >= maxQueueSize ? BatchDecision.Refuse : BatchDecision.Wait;
        if (!ownThread || queued > 0) return queued >= maxQueueSize ? BatchDecision.Refuse : BatchDecision.RunSoon;
        return Gathers && moreArriving ? BatchDecision.RunSoon : BatchDecision.RunHere;
    }

    /// <summary>Whether no further request may wait.</summary>
    public bool IsFull(int queued) => queued >= maxQueueSize;

    /// <summary>What to do with requests that arrived together: nobody is handed over where they run on the thread that brought them.</summary>
    /// <param name="freeInstances">Instances that could run a batch now.</param>
    /// <param name="queuedRows">Rows that wait, these included.</param>
    public BatchDecision OnArrivalOfMany(int freeInstances, int queuedRows) =>
        freeInstances == 0 ? BatchDecision.Wait : ownThread && queuedRows <= ownThreadRows ? BatchDecision.RunHere : BatchDecision.RunSoon;

    /// <summary>Names the reason for which a batch of <paramref name="rows"/> was closed.</summary>
    public BatchClose ReasonFor(int rows, bool stoppedByShape, bool stoppedByRoom, bool ranWhereItArrived)
    {
        if (MaxBatchSize == 0) return BatchClose.Unbatched;
        if (rows >= MaxBatchSize) return BatchClose.Full;
        if (stoppedByShape) return BatchClose.ShapeChange;
        if (stoppedByRoom) return BatchClose.NoRoom;
        return ranWhereItArrived && !Gathers ? BatchClose.Inline : BatchClose.InstanceFree;
    }
}

namespace Appliance.Inference.Batching.Scheduling;

/// <summary>The batch that the requests at the front of the queue would make, as far as they have been looked at.</summary>
internal struct PendingBatch
{
    public int Requests;

    /// <summary>Rows; a request without any counts as one.</summary>
    public int Rows;

    /// <summary>The first so many of the requests make the best batch that was met: a preferred size, or all that may go together. 0 for none yet.</summary>
    public int MarkedRequests;

    /// <summary>Their rows.</summary>
    public int MarkedRows;

    /// <summary>Why no further request can join; null while one might.</summary>
    public BatchClose? StoppedBy;

    /// <summary>Since when the oldest request waits, and when the first of their timeouts passes; in timestamp units.</summary>
    public long OldestQueuedAt, ClosestTimeout;

    public static PendingBatch Empty => new() { OldestQueuedAt = long.MaxValue, ClosestTimeout = long.MaxValue };
}

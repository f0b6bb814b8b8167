namespace Appliance.Inference.Batching;

/// <summary>
/// A transport that needs no task to be told of its requests' outcomes: many connections' worth of them end on one thread, one after the
/// other, and each waiter is flushed once its own are through. Thread-safe.
/// </summary>
public interface IEntryWaiter
{
    /// <summary>The request is over; the entry is the transport's again. Short, and never waits. No lock of the batcher's is held.</summary>
    void Completed(BatchEntry entry);

    /// <summary>All of its requests that ended together have been told.</summary>
    void Flush();
}

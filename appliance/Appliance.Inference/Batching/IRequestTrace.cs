namespace Appliance.Inference.Batching;

/// <summary>
/// One traced request, from its transport's <c>Begin</c> to its end. An interface with one implementation, the host's: what runs batches must not know how
/// traces are sent. Used by one thread at a time.
/// </summary>
public interface IRequestTrace
{
    /// <summary>The request's batch has run. Called on the thread that ran it: short, never waits, never throws.</summary>
    void Ran(Batch batch);

    /// <summary>The answer is written, or there is none; the entry still holds all about its request. Short, never waits, never throws.</summary>
    void Ended(BatchEntry entry);
}

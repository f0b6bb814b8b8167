namespace Appliance.Inference.Batching;

/// <summary>
/// Hears of the end of requests before their transports do, while their inputs and answers can still be read. Implemented by the arms and shadows of
/// a traffic split, and by a recording one in the test kit. Thread-safe.
/// </summary>
public interface IEntryObserver
{
    /// <summary>
    /// The request is over. Called on the thread that ends it, which may be holding a batch's other requests up: short, never waits, never throws.
    /// The entry is not the observer's to keep.
    /// </summary>
    void Ended(BatchEntry entry, ScoreStatus status);
}

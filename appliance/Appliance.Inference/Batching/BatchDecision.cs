namespace Appliance.Inference.Batching;

/// <summary>What to do when a request arrives.</summary>
public enum BatchDecision : byte
{
    /// <summary>Run now, alone, on the thread that brought the request: nothing is queued that could join it.</summary>
    RunHere,

    /// <summary>Leave it queued and ask for a run behind the work that is already waiting for a thread: more requests are among it.</summary>
    RunSoon,

    /// <summary>Leave it queued: every instance is busy, and the first to be free takes it.</summary>
    Wait,

    /// <summary>Refuse it: the queue is full.</summary>
    Refuse,
}

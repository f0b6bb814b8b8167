namespace Appliance.Features.Ingest;

/// <summary>Decides when the store is to be checkpointed. Pure.</summary>
/// <param name="interval">Time between checkpoints while events arrive. It bounds what is replayed after a crash.</param>
/// <param name="maxEvents">Events after which one is due however short the time: it bounds the replay under load.</param>
public sealed class CheckpointPolicy(TimeSpan interval, long maxEvents)
{
    /// <summary>Whether to begin a checkpoint now.</summary>
    /// <param name="sinceLast">Time since the last one began.</param>
    /// <param name="eventsSinceLast">Events applied since then.</param>
    /// <param name="isRunning">Whether one is still being written: another would only queue behind it.</param>
    public bool IsDue(TimeSpan sinceLast, long eventsSinceLast, bool isRunning) =>
        !isRunning && eventsSinceLast > 0 && (sinceLast >= interval || eventsSinceLast >= maxEvents);
}

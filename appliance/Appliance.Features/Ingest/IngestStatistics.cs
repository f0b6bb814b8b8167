namespace Appliance.Features.Ingest;

/// <summary>Counts of the ingest loop. Written by that loop alone; read by any thread.</summary>
public sealed class IngestStatistics
{
    private readonly long[] _refused = new long[Enum.GetValues<RefusalReason>().Length];
    private long _applied;
    private long _repeated;
    private long _lag = -1;
    private long _blockedSteps;
    private long _checkpoints;
    private long _failedCheckpoints;
    private long _lastCheckpointTicks;

    /// <summary>Events that every view has which they concern.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>Events that repeated an earlier one and were dropped by the source. The embedded journal drops them before they are in the stream.</summary>
    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>Events in the stream that have not been read; -1 for unknown.</summary>
    public long Lag => Volatile.Read(ref _lag);

    /// <summary>Rounds in which the store took no writes.</summary>
    public long BlockedSteps => Volatile.Read(ref _blockedSteps);

    public long Checkpoints => Volatile.Read(ref _checkpoints);

    public long FailedCheckpoints => Volatile.Read(ref _failedCheckpoints);

    /// <summary>How long the last checkpoint took to be durable.</summary>
    public TimeSpan LastCheckpoint => TimeSpan.FromTicks(Volatile.Read(ref _lastCheckpointTicks));

    /// <summary>Events that went to the dead letters for that reason.</summary>
    public long Refused(RefusalReason reason) => Volatile.Read(ref _refused[(int)reason]);

    internal void CountApplied() => Volatile.Write(ref _applied, _applied + 1);

    internal void CountRepeated() => Volatile.Write(ref _repeated, _repeated + 1);

    internal void CountRefused(RefusalReason reason) => Volatile.Write(ref _refused[(int)reason], _refused[(int)reason] + 1);

    internal void CountBlocked() => Volatile.Write(ref _blockedSteps, _blockedSteps + 1);

    internal void SetLag(long events) => Volatile.Write(ref _lag, events);

    internal void CountCheckpoint(TimeSpan took)
    {
        Volatile.Write(ref _lastCheckpointTicks, took.Ticks);
        Volatile.Write(ref _checkpoints, _checkpoints + 1);
    }

    internal void CountFailedCheckpoint() => Volatile.Write(ref _failedCheckpoints, _failedCheckpoints + 1);
}

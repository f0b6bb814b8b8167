using Appliance.Features.Ingest.Kafka;
using Appliance.Features.Statistics;

namespace Appliance.Features.Ingest;

/// <summary>Counts of the ingest loop. Written by that loop alone; read by any thread.</summary>
public sealed class IngestStatistics
{
    private readonly long[] _refused = new long[Enum.GetValues<RefusalReason>().Length];
    private long _applied;
    private long _repeated;
    private long _lag = -1;
    private long _waitingSince;
    private long _lastRound;
    private long _blockedSteps;
    private long _waitingLetters;
    private long _failedLetterFlushes;
    private long _unsavedEvents;
    private long _checkpoints;
    private long _failedCheckpoints;
    private long _lastCheckpointTicks;
    private long _lastCheckpointTime;

    /// <summary>Upper bounds of checkpoint durations in microseconds: 5 ms, a few pages on a fast disk, to 1 minute, a full memory on a slow one.</summary>
    private static ReadOnlySpan<long> CheckpointBounds =>
        [5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000];

    /// <summary>How fresh the views are.</summary>
    public FreshnessStatistics Freshness { get; } = new();

    /// <summary>What concerns Kafka alone; null where events come from the journal.</summary>
    public KafkaStatistics? Kafka { get; internal set; }

    /// <summary>Events that every view has which they concern.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>Events that repeated an earlier one and were dropped by the source. The embedded journal drops them before they are in the stream.</summary>
    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>Events in the stream that have not been read; -1 for unknown.</summary>
    public long Lag => Volatile.Read(ref _lag);

    /// <summary>
    /// When the oldest event that is known to wait was taken into the stream, microseconds since 1970, as of the end of the last round; 0 where none waits.
    /// </summary>
    public long WaitingSince => Volatile.Read(ref _waitingSince);

    /// <summary>When a round last ended with all of its events applied, microseconds since 1970; 0 before the first.</summary>
    public long LastRound => Volatile.Read(ref _lastRound);

    /// <summary>Rounds in which the store took no writes.</summary>
    public long BlockedSteps => Volatile.Read(ref _blockedSteps);

    /// <summary>Dead letters that are not durable yet.</summary>
    public long WaitingLetters => Volatile.Read(ref _waitingLetters);

    /// <summary>Times that dead letters could not be made durable.</summary>
    public long FailedLetterFlushes => Volatile.Read(ref _failedLetterFlushes);

    /// <summary>Events applied since the last checkpoint began: what a crash would have applied again.</summary>
    public long UnsavedEvents => Volatile.Read(ref _unsavedEvents);

    public long Checkpoints => Volatile.Read(ref _checkpoints);

    public long FailedCheckpoints => Volatile.Read(ref _failedCheckpoints);

    /// <summary>How long the last checkpoint took to be durable.</summary>
    public TimeSpan LastCheckpoint => TimeSpan.FromTicks(Volatile.Read(ref _lastCheckpointTicks));

    /// <summary>When the last checkpoint was found durable, microseconds since 1970; 0 where none was since the start.</summary>
    public long LastCheckpointTime => Volatile.Read(ref _lastCheckpointTime);

    /// <summary>How long checkpoints took to be durable.</summary>
    public DurationHistogram CheckpointDurations { get; } = new(CheckpointBounds);

    /// <summary>Events that went to the dead letters for that reason.</summary>
    public long Refused(RefusalReason reason) => Volatile.Read(ref _refused[(int)reason]);

    internal void CountApplied() => Volatile.Write(ref _applied, _applied + 1);

    internal void CountRepeated() => Volatile.Write(ref _repeated, _repeated + 1);

    internal void CountRefused(RefusalReason reason)
    {
        Volatile.Write(ref _refused[(int)reason], _refused[(int)reason] + 1);
        Volatile.Write(ref _waitingLetters, _waitingLetters + 1);
    }

    internal void CountBlocked() => Volatile.Write(ref _blockedSteps, _blockedSteps + 1);

    internal void LettersFlushed() => Volatile.Write(ref _waitingLetters, 0);

    internal void CountFailedLetterFlush() => Volatile.Write(ref _failedLetterFlushes, _failedLetterFlushes + 1);

    /// <summary>What waits at the end of a round.</summary>
    internal void SetWaiting(long lag, long since, long unsaved)
    {
        Volatile.Write(ref _lag, lag);
        Volatile.Write(ref _waitingSince, since);
        Volatile.Write(ref _unsavedEvents, unsaved);
    }

    internal void RoundDone(long now) => Volatile.Write(ref _lastRound, now);

    internal void CountCheckpoint(TimeSpan took, long now)
    {
        CheckpointDurations.Record(took.Ticks / TimeSpan.TicksPerMicrosecond);
        Volatile.Write(ref _lastCheckpointTicks, took.Ticks);
        Volatile.Write(ref _lastCheckpointTime, now);
        Volatile.Write(ref _checkpoints, _checkpoints + 1);
    }

    internal void CountFailedCheckpoint() => Volatile.Write(ref _failedCheckpoints, _failedCheckpoints + 1);
}

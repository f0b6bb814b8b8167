using Appliance.Features.Statistics;

namespace Appliance.Features.Journal;

// Counts for the metrics; each a moment old when it is read.
public sealed partial class FeatureJournal
{
    private long _duplicates;
    private long _appendedBytes;
    private readonly long[] _outcomes = new long[Enum.GetValues<JournalOutcome>().Length];
    private long _newestIngestTime;
    private long _waitingSince;
    private long _committingSince;
    private long _lastCommitTime;
    private long _commits;
    private long _lastCommitTicks;
    private long _damages;

    /// <summary>Records in the journal since it was begun, those removed included.</summary>
    public long Records => Volatile.Read(ref _ordinal);

    /// <summary>Appends since opening that found their event there already.</summary>
    public long Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Appends since opening that were refused.</summary>
    public long Refused => Enum.GetValues<JournalOutcome>().Where(o => o != JournalOutcome.Ok).Sum(Appends);

    /// <summary>Appends since opening that ended so; those that found their event there already are not among the Ok ones.</summary>
    public long Appends(JournalOutcome outcome) => Volatile.Read(ref _outcomes[(int)outcome]);

    /// <summary>Bytes of the records that were appended since opening.</summary>
    public long AppendedBytes => Volatile.Read(ref _appendedBytes);

    /// <summary>Records appended and not yet durable.</summary>
    public long WaitingRecords => Math.Max(0, Volatile.Read(ref _ordinal) - Volatile.Read(ref _durableOrdinal));

    /// <summary>Bytes appended and not yet durable.</summary>
    public long WaitingBytes => Math.Max(0, EndPosition - DurablePosition);

    /// <summary>Group commits since opening.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>How long group commits took.</summary>
    public DurationHistogram CommitDurations { get; } = new(CommitBounds);

    /// <summary>When the last group commit was durable, microseconds since 1970; 0 where none was since opening.</summary>
    public long LastCommitTime => Volatile.Read(ref _lastCommitTime);

    /// <summary>When the oldest record that is not durable yet was taken, microseconds since 1970; 0 where none waits.</summary>
    public long WaitingSince => Volatile.Read(ref _committingSince) is var committing && committing != 0 ? committing : Volatile.Read(ref _waitingSince);

    /// <summary>When the newest record was taken, microseconds since 1970; 0 where there is none.</summary>
    public long NewestIngestTime => Volatile.Read(ref _newestIngestTime);

    /// <summary>When the oldest record that is still there was taken, microseconds since 1970; 0 where there is none.</summary>
    public long OldestIngestTime
    {
        get
        {
            lock (_gate) return _segments.Count == 0 ? 0 : _segments[0].FirstIngestTime;
        }
    }

    /// <summary>How long the last group commit took, in seconds.</summary>
    public double LastCommitSeconds => TimeSpan.FromTicks(Volatile.Read(ref _lastCommitTicks)).TotalSeconds;

    /// <summary>Bytes of the journal from the oldest to the newest position.</summary>
    public long RetainedBytes => EndPosition - OldestPosition;

    /// <summary>Damaged places that opening or a reader met since opening.</summary>
    public long Damages => Volatile.Read(ref _damages);

    /// <summary>Event ids that duplicates are found by.</summary>
    public int RememberedIds
    {
        get
        {
            lock (_gate) return _dedup.Count;
        }
    }

    /// <summary>Upper bounds in microseconds: 100 µs, a disk with a cache of its own, to 10 s, one that hardly answers.</summary>
    private static ReadOnlySpan<long> CommitBounds =>
        [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000];

    internal void CountDamage(JournalDamage damage)
    {
        Interlocked.Increment(ref _damages);
        JournalLog.Damaged(_logger, damage.Position, damage.NextPosition, damage.Reason);
    }
}

namespace Appliance.Features.Journal;

// Counts for the metrics; each a moment old when it is read.
public sealed partial class FeatureJournal
{
    private long _duplicates;
    private long _appendedBytes;
    private long _refused;
    private long _commits;
    private long _lastCommitTicks;
    private long _damages;

    /// <summary>Records in the journal since it was begun, those removed included.</summary>
    public long Records => Volatile.Read(ref _ordinal);

    /// <summary>Appends since opening that found their event there already.</summary>
    public long Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Appends since opening that were refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Bytes of the records that were appended since opening.</summary>
    public long AppendedBytes => Volatile.Read(ref _appendedBytes);

    /// <summary>Records appended and not yet durable.</summary>
    public long WaitingRecords => Math.Max(0, Volatile.Read(ref _ordinal) - Volatile.Read(ref _durableOrdinal));

    /// <summary>Bytes appended and not yet durable.</summary>
    public long WaitingBytes => Math.Max(0, EndPosition - DurablePosition);

    /// <summary>Group commits since opening.</summary>
    public long Commits => Volatile.Read(ref _commits);

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

    internal void CountDamage(JournalDamage damage)
    {
        Interlocked.Increment(ref _damages);
        JournalLog.Damaged(_logger, damage.Position, damage.NextPosition, damage.Reason);
    }
}

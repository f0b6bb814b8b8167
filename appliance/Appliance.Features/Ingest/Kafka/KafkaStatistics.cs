namespace Appliance.Features.Ingest.Kafka;

/// <summary>Counts of reading from Kafka and of dead letters written there. Thread-safe.</summary>
public sealed class KafkaStatistics
{
    private volatile IReadOnlyList<(string Partition, long Events)> _lags = [];
    private long _assignments;
    private long _revocations;
    private long _rejoins;
    private long _topicLetters;
    private long _fileLetters;
    private long _failedCommits;

    /// <summary>
    /// Messages of each partition given to this appliance that have not been read, as of the last read; those left out of which the broker has not said how
    /// many it has.
    /// </summary>
    public IReadOnlyList<(string Partition, long Events)> Lags => _lags;

    /// <summary>Times that the group gave partitions to this appliance.</summary>
    public long Assignments => Interlocked.Read(ref _assignments);

    /// <summary>Times that it took some away.</summary>
    public long Revocations => Interlocked.Read(ref _revocations);

    /// <summary>Times that the group was joined anew after a rebalance that failed half-way.</summary>
    public long Rejoins => Interlocked.Read(ref _rejoins);

    /// <summary>Dead letters that their topic took.</summary>
    public long TopicLetters => Interlocked.Read(ref _topicLetters);

    /// <summary>Dead letters that are on the disk, in files: there is no topic for them, or it did not take them.</summary>
    public long FileLetters => Interlocked.Read(ref _fileLetters);

    /// <summary>Commits of offsets that the broker refused.</summary>
    public long FailedCommits => Interlocked.Read(ref _failedCommits);

    internal void SetLags(IReadOnlyList<(string Partition, long Events)> lags) => _lags = lags;

    internal void CountAssignment() => Interlocked.Increment(ref _assignments);

    internal void CountRevocation() => Interlocked.Increment(ref _revocations);

    internal void CountRejoin() => Interlocked.Increment(ref _rejoins);

    internal void CountTopicLetter() => Interlocked.Increment(ref _topicLetters);

    internal void CountFileLetters(int letters) => Interlocked.Add(ref _fileLetters, letters);

    internal void CountFailedCommit() => Interlocked.Increment(ref _failedCommits);
}

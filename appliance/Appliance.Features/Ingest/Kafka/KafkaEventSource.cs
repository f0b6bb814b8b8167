// Hot path: every message passes here once.
using Confluent.Kafka;
using FeatureModel.Events;
using Microsoft.Extensions.Logging;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>
/// The topics as an event source: a member of a consumer group, with each partition read from the store's own position. What the broker has committed
/// is for its tools to look at; nothing here starts from it. Used by one thread; the client itself lives on a thread of its own.
/// </summary>
internal sealed partial class KafkaEventSource : IFeatureEventSource
{
    /// <summary>Bytes of messages after which a page is full. 4 MiB: sixteen of the largest events.</summary>
    private const int PageBytes = 4 << 20;

    /// <summary>How long the broker is asked for a partition's bounds. 5 s: reading stands still meanwhile.</summary>
    private static readonly TimeSpan BoundsTimeout = TimeSpan.FromSeconds(5);

    private readonly KafkaOptions _options;
    private readonly ILogger _logger;
    private readonly KafkaMessageDecoder _decoder;
    private readonly KafkaThread _thread = new("kafka-source");
    private readonly KafkaOffsetCommits _commits;

    // The thread's own, as is the consumer but for commits.
    private readonly Dictionary<TopicPartition, KafkaPartition> _partitions = [];
    private readonly HashSet<TopicPartition> _lost = [];
    private StreamPositions _applied = new();
    private IConsumer<Ignore, byte[]>? _consumer;
    private ErrorCode _told = ErrorCode.NoError;
    private bool _hasJoined;

    // Partitions that are assigned now, for commits: those of others are theirs to commit.
    private volatile IReadOnlyCollection<KafkaPartition> _assigned = [];
    private volatile EventSourceException? _failure;
    private long _lag = -1;

    public KafkaEventSource(KafkaOptions options, EventLimits limits, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _decoder = new KafkaMessageDecoder(limits);
        _commits = new KafkaOffsetCommits(Commit);
    }

    public long Lag => Volatile.Read(ref _lag);

    internal KafkaStatistics Statistics { get; init; } = new();

    /// <summary>Partitions that the group has given to this appliance.</summary>
    internal int AssignedPartitions => _assigned.Count;

    public async ValueTask<bool> StartAsync(StreamPositions applied, CancellationToken cancellationToken)
    {
        // Positions move on while events are applied; those of now are what counts for partitions that are assigned later.
        StreamPositions.TryParse(applied.ToBytes(), out var copy);
        _applied = copy!;
        await _thread.RunAsync(Open);
        return true;
    }

    public async ValueTask ReadAsync(EventPage page, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Bounded by the poll's wait; a page that was begun is handed over whole.
        await _thread.RunAsync(() => Read(page));
        // What was read before a failure is applied first.
        if (_failure is { } failure && page.Events.Count == 0) throw failure;
    }

    public void Checkpointed(StreamPositions applied)
    {
        var offsets = new List<TopicPartitionOffset>();
        foreach (var partition in _assigned)
        {
            if (applied.Next(partition.Name) is { } next) offsets.Add(new TopicPartitionOffset(partition.Topic, partition.Number, next));
        }
        if (offsets.Count > 0) _commits.Offer(offsets);
    }

    public async ValueTask DisposeAsync()
    {
        await _commits.DrainAsync(_options.LeaveTimeout);
        var leaving = _thread.RunAsync(Leave);
        _thread.Dispose();
        await leaving.WaitAsync(_options.LeaveTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!leaving.IsCompletedSuccessfully) Log.LeaveFailed(_logger, leaving.Exception?.InnerException?.Message ?? $"it took longer than {_options.LeaveTimeout}");
    }

    private void Open()
    {
        try
        {
            var builder = new ConsumerBuilder<Ignore, byte[]>(KafkaProperties.OfConsumer(_options));
            builder.SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions));
            builder.SetPartitionsRevokedHandler((_, partitions) => Revoked(partitions.Select(p => p.TopicPartition)));
            builder.SetPartitionsLostHandler((_, partitions) => Revoked(partitions.Select(p => p.TopicPartition)));
            builder.SetErrorHandler((_, error) => Note(error));
            builder.SetLogHandler((_, line) => Log.Client(_logger, line.Facility, line.Message));
            _consumer = builder.Build();
            _consumer.Subscribe(_options.Topics);
            Log.Joined(_logger, string.Join(", ", _options.Topics), _options.GroupId);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException or IOException)
        {
            throw new EventSourceException($"Kafka's client refuses the settings of {KafkaOptions.Section}: {e.Message}", e);
        }
    }

    private void Read(EventPage page)
    {
        FindLost();
        var bytes = 0;
        for (var wait = _options.PollWait; _failure is null && page.Events.Count < _options.PollEvents && bytes < PageBytes; wait = TimeSpan.Zero)
        {
            if (Poll(wait) is not { } message) break;
            bytes += Take(page, message);
        }
        Volatile.Write(ref _lag, MeasureLag());
    }

    // Null where there is none within the time, or an error came instead.
    private ConsumeResult<Ignore, byte[]>? Poll(TimeSpan wait)
    {
        try
        {
            return _consumer!.Consume(wait);
        }
        catch (ConsumeException e)
        {
            if (KafkaErrorPolicy.Judge(e.Error.Code, e.Error.IsFatal) == KafkaErrorKind.PositionGone) _lost.Add(e.ConsumerRecord.TopicPartition);
            else Note(e.Error);
        }
        catch (KafkaException e)
        {
            Note(e.Error);
            // A rebalance that failed half-way leaves this member without partitions that the group believes it reads.
            if (_failure is null) Rejoin(e.Error.Reason);
        }
        return null;
    }

    private void Rejoin(string reason)
    {
        Log.Rejoins(_logger, reason);
        Statistics.CountRejoin();
        Revoked([.. _partitions.Keys]);
        _consumer!.Unsubscribe();
        _consumer.Subscribe(_options.Topics);
    }

    private int Take(EventPage page, ConsumeResult<Ignore, byte[]> message)
    {
        var partition = Find(message.TopicPartition);
        var offset = message.Offset.Value;
        // Read before: the same position is never handed out twice.
        if (offset < partition.Next) return 0;
        if (offset > partition.Next) NoteGap(partition, offset);
        var time = message.Message.Timestamp;
        var value = message.Message.Value;
        _decoder.Decode(page, partition.Name, offset, value, time.Type == TimestampType.NotAvailable ? null : time.UnixTimestampMs * 1000);
        partition.Next = offset + 1;
        if (_told != ErrorCode.NoError) NoteRecovery();
        return value?.Length ?? 0;
    }

    // Compaction and transactions leave gaps as well; only what lies before the topic's beginning is gone.
    private void NoteGap(KafkaPartition partition, long offset)
    {
        if (_consumer!.GetWatermarkOffsets(new TopicPartition(partition.Topic, partition.Number)).Low > partition.Next) Log.EventsGone(_logger, partition.Name, partition.Next!.Value, offset);
    }

    private KafkaPartition Find(TopicPartition key)
    {
        if (_partitions.TryGetValue(key, out var partition)) return partition;
        partition = new KafkaPartition(key.Topic, key.Partition.Value, _applied.Next(KafkaPartition.NameOf(key.Topic, key.Partition.Value)));
        _partitions.Add(key, partition);
        return partition;
    }

    private IEnumerable<TopicPartitionOffset> Assigned(List<TopicPartition> partitions)
    {
        _hasJoined = true;
        Statistics.CountAssignment();
        foreach (var key in partitions) Find(key).IsAssigned = true;
        Publish();
        Log.Assigned(_logger, string.Join(", ", partitions.Select(key => $"{Find(key).Name} from {Find(key).Next?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "its beginning"}")), _assigned.Count);
        return [.. partitions.Select(Start)];
    }

    private void Revoked(IEnumerable<TopicPartition> partitions)
    {
        Statistics.CountRevocation();
        var names = new List<string>();
        foreach (var key in partitions)
        {
            Find(key).IsAssigned = false;
            _lost.Remove(key);
            names.Add(Find(key).Name);
        }
        Publish();
        Log.Revoked(_logger, string.Join(", ", names), _assigned.Count);
    }

    private void Publish() => _assigned = [.. _partitions.Values.Where(p => p.IsAssigned)];

    private TopicPartitionOffset Start(TopicPartition key) => new(key, Find(key).Next is { } next ? new Offset(next) : Offset.Beginning);

    // Partitions whose position is not in the topic: cut by retention, they go on at the beginning; past the end, it is another topic.
    private void FindLost()
    {
        if (_lost.Count == 0) return;
        try
        {
            foreach (var key in _lost.ToList())
            {
                var partition = Find(key);
                var bounds = _consumer!.QueryWatermarkOffsets(key, BoundsTimeout);
                if (partition.Next > bounds.High.Value)
                {
                    _failure = new EventSourceException(
                        $"the online store holds events of partition {partition.Name} up to offset {partition.Next} and the partition ends at {bounds.High.Value}: it is another topic, or it was cut. "
                        + "Bring the topic back, or remove the store's folder to have it filled anew.");
                    return;
                }
                if (partition.Next < bounds.Low.Value)
                {
                    Log.EventsGone(_logger, partition.Name, partition.Next!.Value, bounds.Low.Value);
                    partition.Next = bounds.Low.Value;
                }
                _consumer.IncrementalUnassign([key]);
                _consumer.IncrementalAssign([Start(key)]);
                _lost.Remove(key);
            }
        }
        catch (KafkaException e)
        {
            // Asked again at the next read.
            Note(e.Error);
        }
    }

    private void Note(Error error)
    {
        var advice = KafkaErrorPolicy.Advice(error.Code);
        if (KafkaErrorPolicy.Judge(error.Code, error.IsFatal) == KafkaErrorKind.Fatal)
        {
            _failure ??= new EventSourceException($"Kafka cannot be read: {error.Reason} ({error.Code}). {advice}".TrimEnd());
            return;
        }
        // An outage repeats itself at every attempt; the log has it once.
        if (error.Code == _told) return;
        _told = error.Code;
        Log.Waiting(_logger, error.Reason, error.Code.ToString(), advice);
    }

    private void NoteRecovery()
    {
        _told = ErrorCode.NoError;
        Log.GoesOn(_logger);
    }

    private long MeasureLag()
    {
        if (!_hasJoined) return -1;
        var lags = new List<(string Partition, long Events)>();
        foreach (var partition in _assigned)
        {
            var bounds = _consumer!.GetWatermarkOffsets(new TopicPartition(partition.Topic, partition.Number));
            if (bounds.High != Offset.Unset) lags.Add((partition.Name, Math.Max(0, bounds.High.Value - (partition.Next ?? Math.Max(0, bounds.Low.Value)))));
        }
        Statistics.SetLags(lags);
        return lags.Count == _assigned.Count ? lags.Sum(l => l.Events) : -1;
    }

    // On a thread of the commits.
    private void Commit(IReadOnlyList<TopicPartitionOffset> offsets)
    {
        try
        {
            _consumer!.Commit(offsets);
        }
        catch (Exception e) when (e is KafkaException or ObjectDisposedException)
        {
            // Nothing rests on it: the next checkpoint commits anew.
            Statistics.CountFailedCommit();
            Log.CommitFailed(_logger, e.Message);
        }
    }

    private void Leave()
    {
        if (_consumer is null) return;
        try
        {
            _consumer.Close();
        }
        finally
        {
            _consumer.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(KafkaEventIds.Joined, LogLevel.Information, "Events are read from Kafka: topics {Topics}, group {Group}.")]
        public static partial void Joined(ILogger logger, string topics, string group);

        [LoggerMessage(KafkaEventIds.PartitionsAssigned, LogLevel.Information, "The group gives partitions to this appliance: {Partitions}. It has {Count} now.")]
        public static partial void Assigned(ILogger logger, string partitions, int count);

        [LoggerMessage(KafkaEventIds.PartitionsRevoked, LogLevel.Information, "The group takes partitions from this appliance: {Partitions}. It has {Count} now; their positions are kept.")]
        public static partial void Revoked(ILogger logger, string partitions, int count);

        [LoggerMessage(KafkaEventIds.Waiting, LogLevel.Warning, "Kafka does not answer as it should: {Reason} ({Code}). It is tried again until it does. {Advice}")]
        public static partial void Waiting(ILogger logger, string reason, string code, string advice);

        [LoggerMessage(KafkaEventIds.GoesOn, LogLevel.Information, "Messages come from Kafka again.")]
        public static partial void GoesOn(ILogger logger);

        [LoggerMessage(KafkaEventIds.EventsGone, LogLevel.Error, "Events of partition {Partition} from offset {From} to {To} were removed before the online store had them; it goes on behind them. Windows over that time are too low.")]
        public static partial void EventsGone(ILogger logger, string partition, long from, long to);

        [LoggerMessage(KafkaEventIds.CommitFailed, LogLevel.Warning, "Offsets could not be committed to Kafka: {Reason}. No event depends on it; the next checkpoint commits again.")]
        public static partial void CommitFailed(ILogger logger, string reason);

        [LoggerMessage(KafkaEventIds.LeaveFailed, LogLevel.Warning, "The consumer group was not left in good order: {Reason}. It gives the partitions away after the session timeout.")]
        public static partial void LeaveFailed(ILogger logger, string reason);

        [LoggerMessage(KafkaEventIds.ClientLog, LogLevel.Debug, "Kafka's client, {Facility}: {Line}")]
        public static partial void Client(ILogger logger, string facility, string line);

        [LoggerMessage(KafkaEventIds.Rejoins, LogLevel.Warning, "The group is joined anew: {Reason}")]
        public static partial void Rejoins(ILogger logger, string reason);
    }
}

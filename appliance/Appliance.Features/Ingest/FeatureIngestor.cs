using Appliance.Features.Ingest.History;
using Appliance.Features.Reading;
using Appliance.Features.Store;
using FeatureModel.Events;
using Microsoft.Extensions.Logging;

namespace Appliance.Features.Ingest;

/// <summary>
/// Applies the event stream to the store and checkpoints it: the one writer. Between two events it may begin a checkpoint, so that the position
/// written beside it is exact. Driven by one loop; nothing else may touch the writer meanwhile.
/// </summary>
internal sealed partial class FeatureIngestor(
    IFeatureEventSource source,
    FasterTable table,
    CatalogHolder catalog,
    IDeadLetters deadLetters,
    IngestOptions options,
    IngestStatistics statistics,
    StreamProgress progress,
    TimeProvider time,
    ILogger<FeatureIngestor> logger,
    ViewHistory? history = null)
{
    /// <summary>Time after which a write that the disk refused is tried again. 1 s: space comes back by hand or by retention, not in milliseconds.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>Records that compaction looks at in one round. 256: well under a millisecond, so that events do not wait for it.</summary>
    private const int MaintenanceRecords = 256;

    /// <summary>Dead letters that wait in memory at most. 1,000: a checkpoint may be a million events away.</summary>
    private const int MaxWaitingLetters = 1000;

    /// <summary>Events that one look at the clock serves. 256: half a millisecond at the highest rate, below the finest bucket of freshness.</summary>
    private const int ClockEvents = 256;

    private readonly EventApplier _applier = new(table, options, statistics.Freshness, history);
    private readonly CheckpointPolicy _policy = new(options.CheckpointInterval, options.CheckpointEvents);
    private readonly EventPage _page = new();
    private int _at;
    private long _lastCheckpoint = time.GetTimestamp();
    private long _sinceCheckpoint;
    private StreamPositions _positions = new();
    private PendingCheckpoint? _pending;
    private bool _taken = true;
    private bool _hasBegun;

    // The definitions that an event is applied by, from its first to its last view; and whether one is half applied.
    private FeatureCatalog _views = catalog.Current;
    private bool _midEvent;
    private int _lettersSinceFlush;

    /// <summary>How far the stream has been applied.</summary>
    public StreamPositions Positions => _positions;

    /// <summary>Whether everything up to the end of the stream has been applied once.</summary>
    public bool HasCaughtUp { get; private set; }

    /// <summary>Begins behind what the recovered store holds; where the disk refuses what comes before the first event, the rounds to come do.</summary>
    public async Task StartAsync(StreamPositions recovered, CancellationToken cancellationToken)
    {
        _positions = recovered;
        statistics.Freshness.LoadFrom(recovered);
        await BeginAsync(cancellationToken);
    }

    /// <summary>One round: takes a page when the last one is done, applies it, and begins or ends a checkpoint where one is due.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        if (!_hasBegun && !await BeginAsync(cancellationToken))
        {
            statistics.CountBlocked();
            if (_taken) NoteBlocked(false);
            await Task.Delay(RetryAfter, time, cancellationToken);
            return;
        }
        if (_at == _page.Events.Count)
        {
            _page.Clear();
            _at = 0;
            await source.ReadAsync(_page, cancellationToken);
        }
        var taken = ApplyPage();
        HasCaughtUp |= taken && (_page.Events.Count == 0 || source.Lag == 0);
        if (taken != _taken) NoteBlocked(taken);
        statistics.SetWaiting(source.Lag, WaitingSince(), _sinceCheckpoint);
        if (taken) statistics.RoundDone(Now());
        else await Task.Delay(RetryAfter, time, cancellationToken);
        EndCheckpoint();
        if (_policy.IsDue(time.GetElapsedTime(_lastCheckpoint), _sinceCheckpoint, _pending is not null)) TryBeginCheckpoint();
        var expiry = new RowExpiry(catalog.Current, time.GetUtcNow(), options.MaxClockSkewMicros);
        table.Maintenance.Step(MaintenanceRecords, ref expiry);
    }

    /// <summary>
    /// Writes what has been applied and waits until it is durable: the last act before a stop. Where the disk does not take it, it is left: the events
    /// since the last checkpoint are read again after a restart.
    /// </summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        table.EndRests();
        await EndPendingAsync();
        if (_sinceCheckpoint == 0) return;
        while (!TryBeginCheckpoint())
        {
            if (!table.IsCheckpointing) return;
            // The index that may follow a checkpoint is still being written: the disk's time, whatever clock the rest runs on.
            await Task.Delay(BusyDelay, cancellationToken);
        }
        await EndPendingAsync();
    }

    private async Task EndPendingAsync()
    {
        if (_pending is null) return;
        await ((Task)_pending.Checkpoint.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        EndCheckpoint();
    }

    // Where the views begin and that the store reads the stream is on the disk before the first event is applied.
    private async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        _views = catalog.Current;
        return _hasBegun = history?.TryAdopt(_views, _positions) != false && await source.StartAsync(_positions, cancellationToken);
    }

    // False where the store or the dead letters take no writes: the event at which it stopped is the next one.
    private bool ApplyPage()
    {
        // Definitions change between events, never within one.
        if (!_midEvent) TakeUpDefinitions();
        for (var until = _at; _at < _page.Events.Count; _at++)
        {
            if (_at == until)
            {
                statistics.Freshness.Now = Now();
                until += ClockEvents;
            }
            if (_lettersSinceFlush >= MaxWaitingLetters && !FlushLetters()) return false;
            var paged = _page.Events[_at];
            _midEvent = true;
            progress.Start(paged.Next);
            var outcome = _applier.Apply(_views, paged, _positions);
            _midEvent = outcome == IngestOutcome.Blocked;
            switch (outcome)
            {
                case IngestOutcome.Blocked:
                    statistics.CountBlocked();
                    return false;
                case IngestOutcome.Refused:
                    deadLetters.Add(paged, _applier.Reason, _applier.Refusal);
                    _lettersSinceFlush++;
                    statistics.CountRefused(_applier.Reason);
                    break;
                case IngestOutcome.PassedOver:
                    break;
                default:
                    statistics.CountApplied();
                    break;
            }
            _positions.Set(paged.Partition, paged.Next);
            progress.Complete(paged.Next);
            _sinceCheckpoint++;
        }
        return true;
    }

    private void TakeUpDefinitions()
    {
        var current = catalog.Current;
        // Where a view begins is on the disk before an event counts for it.
        if (current != _views && history?.TryAdopt(current, _positions) == false) return;
        _views = current;
        if (_at < _page.Events.Count) progress.TakeUp(_views.Revision, _page.Events[_at].Position);
    }

    private bool FlushLetters()
    {
        if (!deadLetters.Flush())
        {
            statistics.CountFailedLetterFlush();
            return false;
        }
        _lettersSinceFlush = 0;
        statistics.LettersFlushed();
        return true;
    }

    // Microseconds since 1970; 0 where nothing is known to wait. Behind a page's end no event is older than its last.
    private long WaitingSince()
    {
        if (_page.Events.Count == 0 || (_at == _page.Events.Count && source.Lag <= 0)) return 0;
        var oldest = _page.Events[Math.Min(_at, _page.Events.Count - 1)];
        return EventRecord.TryParse(oldest.Record.Span, out var record) ? record.IngestTime : Now();
    }

    private long Now() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private void NoteBlocked(bool taken)
    {
        _taken = taken;
        if (taken) Log.WritesTaken(logger);
        else if (!_hasBegun) Log.WritesBlocked(logger, "the disk refuses what must be on it before the first event is applied");
        else Log.WritesBlocked(logger, table.Condition.Status == StoreStatus.Applied ? "dead letters cannot be written" : table.Condition.Reason);
    }

    private bool TryBeginCheckpoint()
    {
        // Half of an event must not be in a checkpoint: it would be applied to the same views again. And dead letters are durable before the position
        // moves past their events.
        if (_midEvent || table.Condition.Status != StoreStatus.Applied || !FlushLetters() || !source.Flush()) return false;
        history?.Note(_views, _positions);
        statistics.Freshness.SaveTo(_positions);
        if (!table.Writer.TryBeginCheckpoint(_positions.ToBytes(), out var checkpoint)) return false;
        _pending = new PendingCheckpoint(checkpoint, time.GetTimestamp());
        _lastCheckpoint = _pending.Started;
        _sinceCheckpoint = 0;
        statistics.SetWaiting(source.Lag, WaitingSince(), _sinceCheckpoint);
        return true;
    }

    private void EndCheckpoint()
    {
        if (_pending is not { Checkpoint.Completion.IsCompleted: true } ended) return;
        _pending = null;
        if (!ended.Checkpoint.Completion.IsCompletedSuccessfully)
        {
            statistics.CountFailedCheckpoint();
            Log.CheckpointFailed(logger, ended.Checkpoint.Completion.Exception?.InnerException?.Message ?? "cancelled");
            // The next one holds what this one would have.
            _sinceCheckpoint++;
            return;
        }
        statistics.CountCheckpoint(time.GetElapsedTime(ended.Started), Now());
        // Two checkpoints are kept: the stream must reach back to the older one.
        if (StreamPositions.TryParse(table.OldestPosition.Span, out var durable)) source.Checkpointed(durable);
    }

    private sealed record PendingCheckpoint(StoreCheckpoint Checkpoint, long Started);

    private static partial class Log
    {
        [LoggerMessage(EventIds.CheckpointFailed, LogLevel.Warning, "A checkpoint of the online store failed: {Reason}. The one before it stays; events since then would be replayed after a restart.")]
        public static partial void CheckpointFailed(ILogger logger, string reason);

        [LoggerMessage(EventIds.WritesBlocked, LogLevel.Error, "The online store takes no writes: {Reason}. Reads go on; events wait in their stream.")]
        public static partial void WritesBlocked(ILogger logger, string reason);

        [LoggerMessage(EventIds.WritesTaken, LogLevel.Information, "The online store takes writes again.")]
        public static partial void WritesTaken(ILogger logger);
    }
}

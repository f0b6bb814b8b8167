// Hot path: every event passes here once.
using FeatureModel.Events;
using Microsoft.Extensions.Logging;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>
/// Drops events that repeat an earlier one, as the journal does when it takes them: topics hold what producers sent twice. What it remembers is part of
/// what a store checkpoint holds: after a restart it knows exactly the ids before the checkpoint's positions. Used by one thread.
/// </summary>
internal sealed partial class KafkaDedupSource(IFeatureEventSource inner, KafkaDedupSettings settings, IngestStatistics statistics, ILogger logger) : IFeatureEventSource
{
    private readonly EventPage _read = new();
    private readonly KafkaSeenIds _seen = new(settings.Events, settings.Horizon.Ticks / TimeSpan.TicksPerMicrosecond);
    private KafkaIdLog? _log;
    private bool _isTold;

    public long Lag => inner.Lag;

    public ValueTask<bool> StartAsync(StreamPositions applied, CancellationToken cancellationToken)
    {
        _log = KafkaIdLog.Open(settings.Folder, applied, settings.Events, settings.SegmentBytes, _seen);
        return inner.StartAsync(applied, cancellationToken);
    }

    public async ValueTask ReadAsync(EventPage page, CancellationToken cancellationToken)
    {
        _read.Clear();
        await inner.ReadAsync(_read, cancellationToken);
        foreach (var read in _read.Events) Pass(read, page);
        // What cannot be written now is kept, and a checkpoint waits for it.
        TryDo(_log!.Write);
    }

    public bool Flush() => inner.Flush() && TryDo(_log!.Flush);

    public void Checkpointed(StreamPositions applied)
    {
        TryDo(() => _log!.Checkpointed(applied));
        inner.Checkpointed(applied);
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        _log?.Dispose();
    }

    private void Pass(in PagedEvent read, EventPage page)
    {
        if (read.Refusal is null && EventRecord.TryParse(read.Record.Span, out var record))
        {
            if (!_seen.TryAdd(record.Id, record.IngestTime))
            {
                statistics.CountRepeated();
                return;
            }
            _log!.Add(read.Partition, new KafkaSeenId(record.Id, record.IngestTime, read.Position, 0, 0));
        }
        page.Add(read);
    }

    private bool TryDo(Action write)
    {
        try
        {
            write();
            _isTold = false;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isTold) Log.Unwritten(logger, e.Message);
            _isTold = true;
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(KafkaEventIds.IdsUnwritten, LogLevel.Error, "The ids of events cannot be written: {Reason}. Events are applied, and no store checkpoint is taken until it can.")]
        public static partial void Unwritten(ILogger logger, string reason);
    }
}

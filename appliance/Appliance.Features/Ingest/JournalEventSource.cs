using Appliance.Features.Journal;
using Microsoft.Extensions.Logging;

namespace Appliance.Features.Ingest;

/// <summary>The embedded journal as an event source: one partition.</summary>
internal sealed partial class JournalEventSource(FeatureJournal journal, TimeProvider time, ILogger<JournalEventSource> logger) : IFeatureEventSource
{
    /// <summary>The partition's name in stream positions.</summary>
    public const string Partition = "journal";

    /// <summary>The name under which the journal keeps records for the store.</summary>
    public const string ReaderName = "online-store";

    /// <summary>How long a read waits for events before it returns without any. 100 ms: checkpoints and compaction fall due at this grain.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private JournalReader? _reader;

    public long Lag => _reader is null or { NextOrdinal: < 0 } ? -1 : journal.Records - _reader.NextOrdinal;

    public ValueTask<bool> StartAsync(StreamPositions applied, CancellationToken cancellationToken)
    {
        var outcome = journal.RegisterReader(ReaderName, out _);
        if (outcome is JournalOutcome.DiskFull or JournalOutcome.DiskFailed) return ValueTask.FromResult(false);
        if (outcome != JournalOutcome.Ok) throw new EventSourceException($"the journal does not take the store as a reader: {outcome}");
        // A store that is new, or was removed, is filled again from the oldest event that is still there.
        var from = applied.Next(Partition) ?? journal.OldestPosition;
        if (from > journal.EndPosition)
        {
            throw new EventSourceException(
                $"the online store holds events up to position {from} and the journal ends at {journal.EndPosition}: it is another journal, or it was cut. "
                + "Bring the journal back, or remove the store's folder to have it filled anew.");
        }
        if (from < journal.OldestPosition) Log.EventsGone(logger, from, journal.OldestPosition);
        _reader = journal.ReadFrom(Math.Max(from, journal.OldestPosition));
        return ValueTask.FromResult(true);
    }

    public async ValueTask ReadAsync(EventPage page, CancellationToken cancellationToken)
    {
        var outcome = _reader!.Read();
        if (outcome == JournalReadOutcome.CaughtUp)
        {
            if (!await WaitAsync(cancellationToken)) return;
            outcome = _reader.Read();
        }
        switch (outcome)
        {
            case JournalReadOutcome.Records:
                page.Fill(Partition, _reader.Batch);
                break;
            case JournalReadOutcome.BehindRetention:
                Log.EventsGone(logger, _reader.Position, _reader.OldestPosition);
                _reader.Seek(_reader.OldestPosition);
                break;
            case JournalReadOutcome.PastEnd:
                throw new EventSourceException($"the journal ends before position {_reader.Position}, which was read from it");
            case JournalReadOutcome.WithinRecord:
                throw new EventSourceException(
                    $"the online store holds events up to position {_reader.Position}, in the middle of the journal's record at {_reader.Record!.Value.Position}: it is another "
                    + "journal. Bring the journal back, or remove the store's folder to have it filled anew.");
            case JournalReadOutcome.Closed:
                throw new EventSourceException("the journal is closed");
            // The journal has logged and counted damage itself; the next read goes on behind it.
            default:
                break;
        }
    }

    public void Checkpointed(StreamPositions applied)
    {
        if (applied.Needed(Partition) is { } position) journal.Advance(ReaderName, position);
    }

    public ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        return ValueTask.CompletedTask;
    }

    // False when nothing came.
    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await journal.WaitPastAsync(_reader!.Position, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.EventsGone, LogLevel.Error, "Events from journal position {From} to {To} were removed before the online store had them; it goes on behind them. Windows over that time are too low.")]
        public static partial void EventsGone(ILogger logger, long from, long to);
    }
}

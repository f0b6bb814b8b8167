// Hot path: every event of a backfill passes here.
using System.Text;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using FeatureModel.Events;

namespace Appliance.Features.Backfill;

/// <summary>
/// One view's history on its way into the journal, from whatever reads it: files, the journal itself, a lake. An event that the view has already is passed
/// over, so a backfill that was interrupted is simply run again. Owned by one caller, who disposes of it.
/// </summary>
public sealed class ViewBackfill : IDisposable
{
    /// <summary>Time after which an append that the journal has no room for is tried again. 5 ms: a few commits.</summary>
    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(5);

    private readonly FeatureJournal _journal;
    private readonly BackfillRequest _request;
    private readonly BackfillParts _parts;
    private readonly byte[] _source;
    private readonly List<BackfillRefusal> _refusals = [];
    private JournalReader? _replay;
    private long _read;
    private long _appended;
    private long _durable;
    private long _there;
    private long _passedOver;
    private long _refused;

    internal ViewBackfill(FeatureJournal journal, ServedView view, BackfillRequest request, BackfillParts parts)
    {
        (_journal, _request, _parts) = (journal, request, parts);
        _source = Encoding.UTF8.GetBytes(view.Source);
    }

    /// <summary>The view counts the stream from this position of the journal on.</summary>
    public long Start => _parts.Start;

    /// <summary>How far it has come; what it counts as appended is on the disk.</summary>
    public BackfillCounts Counts => new(_read, _durable, _there, _passedOver, _refused);

    /// <summary>Takes events that lie one behind the other, in the order in which they happened; returns when they are on the disk.</summary>
    /// <param name="records">As <see cref="EventRecord"/> writes events of the stream, each with its own id.</param>
    public async ValueTask<BackfillStep> TakeAsync(ReadOnlyMemory<byte> records, CancellationToken cancellation)
    {
        if (Prepare(cancellation) is { } unprepared) return unprepared;
        for (var index = 0; records.Length > 0; index++)
        {
            if (!EventRecord.TryReadLength(records.Span, out var length) || length > records.Length || !EventRecord.TryParse(records.Span, out _))
            {
                return BackfillStep.Ended(BackfillOutcome.NotPossible, $"events[{index}] is no event record of version {EventRecord.Version}");
            }
            if (await TakeOneAsync(records[..length], index, cancellation) is { } ended) return ended;
            records = records[length..];
        }
        return await FlushAsync(isAtEnd: false, cancellation);
    }

    /// <summary>Takes some of what the journal still has of the view's source from before the view's start. To be called until its end.</summary>
    public async ValueTask<BackfillStep> TakeJournalAsync(CancellationToken cancellation)
    {
        if (Prepare(cancellation) is { } unprepared) return unprepared;
        _replay ??= _journal.ReadFrom(0);
        if (_replay.Position >= Start || _replay.Read() is not (JournalReadOutcome.Records or JournalReadOutcome.Damaged)) return await FlushAsync(isAtEnd: true, cancellation);
        foreach (var record in Replayed(_replay.Batch))
        {
            if (await TakeOneAsync(record, -1, cancellation) is { } ended) return ended;
        }
        return await FlushAsync(_replay.Position >= Start, cancellation);
    }

    public void Dispose()
    {
        _replay?.Dispose();
        _parts.Dispose();
    }

    // Null where the backfill can go on.
    private BackfillStep? Prepare(CancellationToken cancellation)
    {
        _refusals.Clear();
        if (!_parts.IsAsBefore()) return BackfillStep.Ended(BackfillOutcome.NotPossible, $"feature view '{_request.View}' was changed or deleted meanwhile");
        return _parts.Ids.CatchUp(cancellation);
    }

    private List<byte[]> Replayed(JournalBatch batch)
    {
        var records = new List<byte[]>();
        foreach (var entry in batch)
        {
            if (entry.Position >= Start) break;
            if (!entry.TryGetRecord(out var record) || record.IsHistory || record.IsRow || !record.Source.SequenceEqual(_source)) continue;
            records.Add(entry.Bytes.ToArray());
        }
        return records;
    }

    // Null where the backfill goes on.
    private async ValueTask<BackfillStep?> TakeOneAsync(ReadOnlyMemory<byte> record, int index, CancellationToken cancellation)
    {
        while (true)
        {
            var outcome = TryTake(record.Span, index);
            if (outcome == JournalOutcome.Ok)
            {
                _read++;
                return _parts.Ids.IsFull ? _parts.Ids.TooMany() : null;
            }
            var ended = outcome switch
            {
                JournalOutcome.InvalidPosition => await ReadOnAsync(cancellation),
                JournalOutcome.Overloaded => await WaitAsync(cancellation),
                _ => Failed(outcome),
            };
            if (ended is not null) return ended;
        }
    }

    // The journal has forgotten ids that the stream brought since: they are read from it, once they are durable.
    private async ValueTask<BackfillStep?> ReadOnAsync(CancellationToken cancellation)
    {
        var known = _parts.Ids.Known;
        if (_parts.Ids.CatchUp(cancellation) is { } ended) return ended;
        if (_parts.Ids.Known > known) return null;
        await _journal.WaitPastAsync(known, cancellation);
        return _parts.Ids.CatchUp(cancellation);
    }

    private async ValueTask<BackfillStep?> WaitAsync(CancellationToken cancellation)
    {
        if (await FlushAsync(isAtEnd: false, cancellation) is { Outcome: not BackfillOutcome.Ok } failed) return failed;
        // Where it is the stream's own that waits. The disk's time, whatever clock the rest runs on.
        await Task.Delay(BusyDelay, cancellation);
        return null;
    }

    // Ok where the event is settled, in whatever way.
    private JournalOutcome TryTake(ReadOnlySpan<byte> bytes, int index)
    {
        EventRecord.TryParse(bytes, out var record);
        if (_request.Until is { } until && record.EventTime >= until)
        {
            _passedOver++;
            return JournalOutcome.Ok;
        }
        if (_parts.Screen.Refuse(record) is { } rule) return Refuse(index, rule);
        var id = record.Id;
        if (_parts.Ids.Contains(id))
        {
            _there++;
            return JournalOutcome.Ok;
        }
        if (!_request.IsDryRun)
        {
            var result = _parts.Appender.Append(record, _parts.Ids.Known);
            if (result.Outcome == JournalOutcome.TooLarge) return Refuse(index, $"is too large: a record may have {_journal.MaxRecordBytes} bytes");
            if (result.Outcome != JournalOutcome.Ok) return result.Outcome;
            if (result.Duplicate)
            {
                _there++;
                return JournalOutcome.Ok;
            }
        }
        _parts.Ids.Add(id);
        _appended++;
        return JournalOutcome.Ok;
    }

    private JournalOutcome Refuse(int index, string rule)
    {
        _refused++;
        _refusals.Add(new BackfillRefusal(index, rule));
        return JournalOutcome.Ok;
    }

    private async ValueTask<BackfillStep> FlushAsync(bool isAtEnd, CancellationToken cancellation)
    {
        var outcome = await _parts.Appender.FlushAsync(cancellation);
        if (outcome != JournalOutcome.Ok) return Failed(outcome);
        _durable = _appended;
        return new BackfillStep(BackfillOutcome.Ok, "", [.. _refusals], isAtEnd);
    }

    private static BackfillStep Failed(JournalOutcome outcome) => BackfillStep.Ended(
        BackfillOutcome.Unavailable, outcome switch
        {
            JournalOutcome.DiskFull => "the journal's disk is full; run the backfill again once it has room",
            JournalOutcome.DiskFailed => "the journal's disk refuses writes; run the backfill again once it takes them",
            JournalOutcome.Closed => "the appliance is stopping; run the backfill again once it is back",
            _ => $"the journal refused an event: {outcome}",
        });
}

// Hot path: every event passes here.
using System.Diagnostics;
using FeatureModel.Events;

namespace Appliance.Features.Journal;

// Appending, and waiting for what was appended.
public sealed partial class FeatureJournal
{
    // The log refuses for the moment in which it turns a page; more than a few turns of the scheduler mean that the disk does not keep up.
    private const int MaxLogRetries = 1000;

    /// <summary>Bytes of a record at most: a page less its frame.</summary>
    public int MaxRecordBytes => _options.PageBytes - JournalFrame.HeaderSize;

    /// <summary>
    /// Takes one record, unless an event of its id was taken within the horizon. Never waits for the disk. The journal sets the ingest time.
    /// </summary>
    public JournalAppend Append(ReadOnlySpan<byte> record)
    {
        JournalAppend result;
        lock (_gate)
        {
            result = EventRecord.TryParse(record, out var parsed) && parsed.Bytes.Length == record.Length
                ? AppendLocked(parsed, IngestTime())
                : Refuse(JournalOutcome.InvalidRecord);
        }
        if (result is { Outcome: JournalOutcome.Ok, Duplicate: false }) RequestCommit();
        return result;
    }

    /// <summary>
    /// Takes records that lie one behind the other, in order, until one is refused. <paramref name="taken"/> have their place in
    /// <paramref name="results"/>, which has room for all; the outcome is that of the first that was refused.
    /// </summary>
    public JournalOutcome Append(ReadOnlySpan<byte> records, Span<JournalAppend> results, out int taken)
    {
        taken = 0;
        var outcome = JournalOutcome.Ok;
        lock (_gate)
        {
            var now = IngestTime();
            while (!records.IsEmpty && outcome == JournalOutcome.Ok)
            {
                if (!EventRecord.TryParse(records, out var record))
                {
                    outcome = Refuse(JournalOutcome.InvalidRecord).Outcome;
                    break;
                }
                var result = AppendLocked(record, now);
                outcome = result.Outcome;
                if (outcome != JournalOutcome.Ok) break;
                results[taken++] = result;
                records = records[record.Bytes.Length..];
            }
        }
        if (taken > 0) RequestCommit();
        return outcome;
    }

    /// <summary>
    /// So many moments, a microsecond apart, for rows that are made now: later than the ingest time of all that was taken before, not later than that of what
    /// is taken from now on. The first, in microseconds since 1970 UTC.
    /// </summary>
    public long TakeMoments(int count)
    {
        lock (_gate)
        {
            var first = Math.Max(_lastIngestTime + 1, Microseconds(_time.GetUtcNow()));
            _lastIngestTime = first + Math.Max(0, count - 1);
            return first;
        }
    }

    /// <summary>
    /// Completes with Ok once the record at the position is on the disk; with DiskFull or DiskFailed while the disk refuses writes, though the
    /// record may yet get there; with Closed where the journal was closed first. A position of a batch's last record stands for all of it.
    /// </summary>
    public ValueTask<JournalOutcome> WaitDurableAsync(long position, CancellationToken cancellation) =>
        _durable.WaitAsync(position, untilFault: true, cancellation);

    /// <summary>As <see cref="WaitDurableAsync"/>, but over a fault of the disk.</summary>
    internal ValueTask<JournalOutcome> WaitPastAsync(long position, CancellationToken cancellation) =>
        _durable.WaitAsync(position, untilFault: false, cancellation);

    // Times never run back, so that what is older also stands before.
    private long IngestTime() => _lastIngestTime = Math.Max(_lastIngestTime, Microseconds(_time.GetUtcNow()));

    private JournalAppend AppendLocked(EventRecord record, long now)
    {
        if (_closed) return Refuse(JournalOutcome.Closed);
        // Who brings history in keeps its ids apart: they must not push those of the stream out.
        if (record.IsHistory) return Refuse(JournalOutcome.InvalidRecord);
        if (!IsRemembered(record)) return EnqueueLocked(record, now);
        var id = record.Id;
        _dedup.ForgetBefore((now - (long)_options.DedupHorizon.TotalMicroseconds) / 1_000_000);
        if (_dedup.TryFind(id, out var original))
        {
            _duplicates++;
            return new JournalAppend(JournalOutcome.Ok, original, Duplicate: true);
        }
        var result = EnqueueLocked(record, now);
        if (result.Outcome == JournalOutcome.Ok) _dedup.Add(id, result.Position, now / 1_000_000);
        return result;
    }

    // What the appliance writes itself has an id that never comes again, and must not push out those that may.
    internal static bool IsRemembered(EventRecord record) => !record.IsHistory && !ReservedSources.Holds(record.Source);

    private JournalAppend EnqueueLocked(EventRecord record, long now)
    {
        if (record.Bytes.Length > MaxRecordBytes) return Refuse(JournalOutcome.TooLarge);
        if (_durable.Fault is { } fault) return Refuse(fault.Outcome);
        if (_log.TailAddress - _durable.Position + record.Bytes.Length > _options.MaxPendingBytes) return Refuse(JournalOutcome.Overloaded);
        var frame = _frame.AsSpan(0, JournalFrame.Write(_frame, record.Bytes, now, _ordinal));
        if (!TryEnqueue(frame, record.Bytes.Length, out var position)) return Refuse(JournalOutcome.Overloaded);
        _ordinal++;
        _newestIngestTime = now;
        if (_waitingSince == 0) _waitingSince = now;
        _outcomes[(int)JournalOutcome.Ok]++;
        _appendedBytes += record.Bytes.Length;
        NoteSegment(position, now);
        return new JournalAppend(JournalOutcome.Ok, position, Duplicate: false);
    }

    private bool TryEnqueue(Span<byte> frame, int recordBytes, out long position)
    {
        for (var retries = 0; ; retries++)
        {
            // Only this thread appends now, so the log's end says where the frame goes, and the frame can carry its place.
            var place = JournalFrame.PositionFor(_log.TailAddress, recordBytes, _options.PageBytes);
            JournalFrame.Seal(frame, place, _durable.Position);
            if (_log.TryEnqueue(frame, out position))
            {
                if (position != place) throw new UnreachableException($"the log put a record at {position} that belongs at {place}");
                return true;
            }
            if (retries == MaxLogRetries) return false;
            Thread.Yield();
        }
    }

    private JournalAppend Refuse(JournalOutcome outcome)
    {
        _outcomes[(int)outcome]++;
        return JournalAppend.Refused(outcome);
    }

    private void NoteSegment(long position, long now)
    {
        var segment = Layout.SegmentOf(position);
        if (_segments.Count > 0 && _segments[^1].Number == segment) return;
        _segments.Add(new SegmentState(segment, now, _ordinal - 1));
        _segmentBegun = true;
    }
}

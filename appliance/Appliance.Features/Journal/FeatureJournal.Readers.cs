namespace Appliance.Features.Journal;

// Reading, registered readers, and the removal of what nobody needs.
public sealed partial class FeatureJournal
{
    private readonly ITimer _retentionTimer;

    // Guards removals against each other.
    private readonly Lock _removing = new();

    /// <summary>A reader of the durable records from a position on; 0 or less stands for the oldest there is.</summary>
    public JournalReader ReadFrom(long position) => new(this, position <= 0 ? OldestPosition : position);

    /// <summary>
    /// Registers a reader, whose records are kept until it has passed them, and says where it stands: a new one at the oldest position, one
    /// that is registered already where it was.
    /// </summary>
    public JournalOutcome RegisterReader(string name, out long position)
    {
        position = -1;
        if (!ReaderRegistry.IsName(name)) return JournalOutcome.InvalidName;
        // Nothing is removed between the look at the oldest position and the reader's being there.
        lock (_removing) return _readers.Register(name, OldestPosition, _time.GetUtcNow(), DurablePosition, out position)?.Outcome ?? JournalOutcome.Ok;
    }

    /// <summary>
    /// Writes down that the reader is done with everything before the position; on the disk when this returns. A position within a record is none
    /// to read on from.
    /// </summary>
    public JournalOutcome Advance(string name, long position)
    {
        if (_readers.Contains(name) && RecordBoundary.Within(this, position) is not null) return JournalOutcome.InvalidPosition;
        return Freed(_readers.Advance(name, position, _time.GetUtcNow(), DurablePosition));
    }

    /// <summary>The record that the position lies within; null where reading may begin there.</summary>
    public RecordRange? RecordWithin(long position) => RecordBoundary.Within(this, position);

    /// <summary>Forgets a reader; what only it needed may be removed.</summary>
    public JournalOutcome RemoveReader(string name) => Freed(_readers.Remove(name, DurablePosition));

    /// <summary>Every registered reader, by name.</summary>
    public IReadOnlyList<JournalReaderStatus> ListReaders()
    {
        var (now, durable) = (_time.GetUtcNow(), DurablePosition);
        return
        [
            .. _readers.All().Select(reader => new JournalReaderStatus(
                reader.Key, reader.Value.Position, durable - reader.Value.Position, reader.Value.AdvancedAt,
                now - reader.Value.AdvancedAt > _options.SilentAfter)),
        ];
    }

    /// <summary>Removes the files that retention lets go of. Called by a timer and when a file is begun; returns how many went.</summary>
    public int ApplyRetention()
    {
        var policy = new RetentionPolicy(_options.RetainFor, _options.RetainBytes, _options.SegmentBytes);
        lock (_removing)
        {
            SegmentState[] going;
            // Looked up before appending is held up: the registered readers may just be on their way to the disk. They only move on.
            var needed = Math.Min(_readers.SlowestPosition, DurablePosition);
            lock (_gate)
            {
                if (_closed || _segments.Count == 0) return 0;
                var now = Microseconds(_time.GetUtcNow());
                _dedup.ForgetBefore((now - (long)_options.DedupHorizon.TotalMicroseconds) / 1_000_000);
                var count = policy.Decide(new RetentionState(_segments, _log.TailAddress, needed, _dedup.OldestPosition, now));
                if (count == 0) return 0;
                going = [.. _segments.Take(count)];
                _segments.RemoveRange(0, count);
                // First nobody reads there any more, then the files go.
                Volatile.Write(ref _oldest, Layout.StartOf(_segments[0].Number));
            }
            Remove(going);
            return going.Length;
        }
    }

    /// <summary>Bytes of the journal's files from a position on, within one page; -1 where the file is gone.</summary>
    internal int ReadBytes(long position, Span<byte> into) => _disk.Read(Layout.SegmentOf(position), Layout.OffsetOf(position), into);

    // A disk that is full waits for what readers let go of; otherwise the timer's turn is early enough.
    private JournalOutcome Freed(JournalOutcome outcome)
    {
        if (outcome == JournalOutcome.Ok && Fault is { Outcome: JournalOutcome.DiskFull }) ApplyRetention();
        return outcome;
    }

    private void Remove(SegmentState[] going)
    {
        try
        {
            foreach (var segment in going) _disk.Delete(segment.Number);
            JournalLog.SegmentsRemoved(_logger, going.Length, OldestPosition);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The files are out of use; the next opening finds them and retention tries again.
            JournalLog.RetentionFailed(_logger, error);
        }
    }
}

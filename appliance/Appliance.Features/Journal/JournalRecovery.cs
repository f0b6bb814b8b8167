using FeatureModel.Events;

namespace Appliance.Features.Journal;

/// <summary>
/// Reads a journal's files at opening: finds where the last whole record ends, cuts off what lies behind, and remembers the event ids of the
/// horizon. A record that is not whole is a torn tail unless another record says that the journal was durable past it: then it is damage,
/// which is reported and stepped over.
/// </summary>
internal sealed class JournalRecovery(IJournalDisk disk, JournalLayout layout, JournalOptions options, DedupIndex dedup)
{
    private readonly byte[] _page = new byte[layout.PageBytes];
    private readonly List<JournalDamage> _gaps = [];

    // Records that may yet turn out to lie behind the tail; those before the durable position cannot.
    private readonly Queue<FoundRecord> _undecided = [];
    private long _horizon;
    private long _end;
    private long _durable;
    private long _expectedOrdinal = -1;
    private long _nextOrdinal;
    private long _lastIngestTime;

    /// <param name="knownDurable">Up to where the journal says that it was durable when it last wrote that down; 0 where it did not.</param>
    /// <param name="now">Microseconds since 1970 UTC.</param>
    public RecoveredJournal Run(long knownDurable, long now)
    {
        var numbers = disk.Segments();
        if (numbers.Count == 0) return new RecoveredJournal([], JournalFrame.FirstPosition, 0, 0, [], 0);
        var segments = ReadFirstRecords(numbers, now);
        _horizon = now - (long)options.DedupHorizon.TotalMicroseconds;
        _durable = knownDurable;
        var end = (numbers[^1] * layout.SegmentBytes) + disk.Length(numbers[^1]);
        var start = StartSegment(segments, segments[^1].FirstOrdinal - options.DedupEvents);
        var tail = ReadFrom(start, end);
        // History and samples have ordinals but no place among the ids: where they are most of what was read, it was not enough.
        if (dedup.Count < options.DedupEvents && start != segments[0] && start.FirstIngestTime >= _horizon) tail = ReadFrom(StartSegment(segments, long.MinValue), end);
        Cut(tail, numbers);
        segments.RemoveAll(segment => layout.StartOf(segment.Number) >= tail && segment.Number != numbers[0]);
        var damage = _gaps.FindAll(gap => gap.Position < _durable);
        return new RecoveredJournal(segments, tail, _nextOrdinal, _lastIngestTime, damage, Math.Max(0, _end - tail));
    }

    // Where the last whole record ends.
    private long ReadFrom(SegmentState start, long end)
    {
        dedup.Clear();
        _gaps.Clear();
        _undecided.Clear();
        (_nextOrdinal, _expectedOrdinal) = (start.FirstOrdinal, -1);
        Walk(layout.StartOf(start.Number), end);
        var tail = _gaps.Find(gap => gap.Position >= _durable)?.Position ?? _end;
        Remember(tail);
        return tail;
    }

    // Segments are read backwards, so that one without a whole record may stand for the one after it.
    private List<SegmentState> ReadFirstRecords(IReadOnlyList<int> numbers, long now)
    {
        var segments = new List<SegmentState>(numbers.Count);
        var (time, ordinal) = (now, 0L);
        foreach (var number in numbers.Reverse())
        {
            var walk = WalkPage(layout.StartOf(number), long.MaxValue, expectedOrdinal: -1);
            while (walk.Next() is var step && step != FrameStep.End)
            {
                if (step != FrameStep.Record || !EventRecord.TryParse(JournalFrame.Record(walk.Frame), out var record)) continue;
                (time, ordinal) = (record.IngestTime, JournalFrame.Ordinal(walk.Frame));
                break;
            }
            segments.Add(new SegmentState(number, time, ordinal));
        }
        segments.Reverse();
        return segments;
    }

    // Early enough for the horizon of duplicates, and for whatever may not have been on the disk in order.
    private SegmentState StartSegment(List<SegmentState> segments, long enough)
    {
        var start = segments.FindLastIndex(segment => segment.FirstIngestTime < _horizon || segment.FirstOrdinal <= enough);
        var unordered = segments.FindLastIndex(segment => segment.Number < segments[^1].Number - (options.MemoryBytes / layout.SegmentBytes));
        return segments[Math.Max(0, Math.Min(start, unordered))];
    }

    private void Walk(long position, long physicalEnd)
    {
        _end = position;
        while (position < physicalEnd)
        {
            var walk = WalkPage(position, physicalEnd, _expectedOrdinal);
            while (walk.Next() is var step && step != FrameStep.End)
            {
                if (step == FrameStep.Record) Take(walk);
                else _gaps.Add(new JournalDamage(walk.Position, walk.NextPosition, walk.Reason));
            }
            _expectedOrdinal = walk.ExpectedOrdinal;
            Remember(_durable);
            position = layout.NextPage(position);
        }
    }

    private void Take(FrameWalk walk)
    {
        _end = walk.NextPosition;
        _durable = Math.Max(_durable, JournalFrame.Durable(walk.Frame));
        var ordinal = JournalFrame.Ordinal(walk.Frame);
        _undecided.Enqueue(EventRecord.TryParse(JournalFrame.Record(walk.Frame), out var record)
            ? new FoundRecord(walk.Position, ordinal, record.IngestTime, record.Id, !FeatureJournal.IsRemembered(record))
            : new FoundRecord(walk.Position, ordinal, IngestTime: 0, default, IsPassedOver: false));
    }

    private void Remember(long until)
    {
        while (_undecided.TryPeek(out var record) && record.Position < until)
        {
            _undecided.Dequeue();
            _nextOrdinal = record.Ordinal + 1;
            _lastIngestTime = Math.Max(_lastIngestTime, record.IngestTime);
            // An id that was forgotten and came again keeps its older place here, which is as good.
            if (record.IngestTime >= _horizon && !record.IsPassedOver && !dedup.TryFind(record.Id, out _)) dedup.Add(record.Id, record.Position, record.IngestTime / 1_000_000);
        }
    }

    private FrameWalk WalkPage(long position, long end, long expectedOrdinal)
    {
        var window = _page.AsSpan(0, (int)(Math.Min(layout.NextPage(position), end) - position));
        var read = Math.Max(0, disk.Read(layout.SegmentOf(position), layout.OffsetOf(position), window));
        window[read..].Clear();
        return new FrameWalk(window, position, layout.PageBytes, expectedOrdinal);
    }

    // What lies behind the tail may hold whole records of a commit that was never acknowledged; left there, a later crash could bring them back.
    private void Cut(long tail, IReadOnlyList<int> numbers)
    {
        foreach (var number in numbers.Reverse())
        {
            var start = number * layout.SegmentBytes;
            if (start >= tail && number != numbers[0]) disk.Delete(number);
            else if (start + disk.Length(number) > tail) disk.Truncate(number, Math.Max(0, tail - start));
        }
    }

    private readonly record struct FoundRecord(long Position, long Ordinal, long IngestTime, EventId Id, bool IsPassedOver);
}

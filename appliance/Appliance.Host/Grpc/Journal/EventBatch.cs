// Hot path: every event of a stream passes here.
using Appliance.Features.Ingest;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using FeatureModel.Events;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Grpc.Journal;

/// <summary>
/// The events of one request on their way into the journal: read, checked, appended. Checked whole before the first is appended. Pooled; used by
/// one request at a time.
/// </summary>
internal sealed class EventBatch : IResettable
{
    /// <summary>Events that are appended under one hold of the journal's lock. 1,024: some hundreds of microseconds, which others wait.</summary>
    private const int Slice = 1024;

    /// <summary>Memory kept between requests. 256 KiB: a thousand events.</summary>
    private const int KeptBytes = 256 * 1024;

    private readonly EventScreen _screen = new();
    private readonly JournalAppend[] _results = new JournalAppend[Slice];
    private EventRecordBuffer _records = new();
    private int _offset;
    private int _index;

    /// <summary>Events in the request.</summary>
    public int Count => _records.Count;

    /// <summary>Events that the journal took and did not have before.</summary>
    public int Appended { get; private set; }

    /// <summary>Events that the journal had already.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Where the last event that was looked at stands.</summary>
    public long LastPosition { get; private set; }

    /// <summary>Once this is durable, so is everything that was taken, what was a duplicate of something on its way included.</summary>
    public long NewestPosition { get; private set; }

    /// <summary>Why the request is refused: a sentence that names event, member, value and rule.</summary>
    public string Refusal { get; private set; } = "";

    /// <summary>Takes a body: one event, an array, or one a line.</summary>
    /// <param name="now">Microseconds since 1970 UTC.</param>
    public bool TryReadJson(ReadOnlySpan<byte> body, EventLimits limits, long now)
    {
        if (!_records.TryAddJson(WithoutMark(body), limits, now, out var rejection))
        {
            return Refuse(rejection!.ToString().TrimEnd('.'));
        }
        return _records.Count > 0 || Refuse("the request holds no event; it must hold one, an array of them, or one a line");
    }

    /// <summary>Takes records in their binary form, one behind the other.</summary>
    public bool TryReadRecords(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            if (!EventRecord.TryParse(records, out var record)) return Refuse($"records[{Count}] is no event record of version {EventRecord.Version}");
            if (record.IsHistory) return Refuse($"records[{Count}] is history of a view; it must come by a backfill");
            // Only the registry that numbered the views knows which one is meant.
            if (record.RowView != 0) return Refuse($"records[{Count}] is a row for one view alone; it must come by /write-to-online-store");
            // Written anew, so that no record enters the journal under an id that is not its own.
            _records.Add(EventParts.Of(record));
            records = records[record.Bytes.Length..];
        }
        return _records.Count > 0 || Refuse("the request holds no event");
    }

    /// <summary>Compares every event with what is declared.</summary>
    public bool TryCheck(FeatureCatalog catalog, int maxRecordBytes)
    {
        var rest = _records.Bytes;
        for (var i = 0; !rest.IsEmpty; i++)
        {
            EventRecord.TryParse(rest, out var record);
            var refused = _screen.Refuse(catalog, record);
            if (refused is not null || record.Bytes.Length > maxRecordBytes)
            {
                var place = Count > 1 ? $"events[{i}]" : "event";
                return refused is not null
                    ? Refuse($"{place}.{refused}")
                    : Refuse($"{place} is a record of {record.Bytes.Length} bytes; it must have at most {maxRecordBytes}");
            }
            rest = rest[record.Bytes.Length..];
        }
        return true;
    }

    /// <summary>Appends the events in order, until one is refused. Never waits for the disk.</summary>
    public JournalOutcome Append(FeatureJournal journal)
    {
        while (_index < Count)
        {
            var slice = NextSlice();
            var outcome = journal.Append(slice, _results, out var taken);
            for (var i = 0; i < taken; i++)
            {
                if (_results[i].Duplicate) Duplicates++;
                else Appended++;
                LastPosition = _results[i].Position;
                NewestPosition = Math.Max(NewestPosition, LastPosition);
                EventRecord.TryReadLength(_records.Bytes[_offset..], out var length);
                _offset += length;
            }
            _index += taken;
            if (outcome != JournalOutcome.Ok) return outcome;
        }
        return JournalOutcome.Ok;
    }

    /// <summary>Whether anything was taken.</summary>
    public bool HasTaken => _index > 0;

    public bool TryReset()
    {
        if (_records.Bytes.Length > KeptBytes)
        {
            _records.Dispose();
            _records = new EventRecordBuffer();
        }
        _records.Clear();
        (_offset, _index, Appended, Duplicates, LastPosition, NewestPosition) = (0, 0, 0, 0, 0, 0);
        Refusal = "";
        return true;
    }

    // Files that Windows wrote begin with the mark of UTF-8.
    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    private ReadOnlySpan<byte> NextSlice()
    {
        var rest = _records.Bytes[_offset..];
        if (Count - _index <= Slice) return rest;
        var end = 0;
        for (var i = 0; i < Slice; i++)
        {
            EventRecord.TryReadLength(rest[end..], out var length);
            end += length;
        }
        return rest[..end];
    }

    private bool Refuse(string sentence)
    {
        Refusal = sentence;
        return false;
    }
}

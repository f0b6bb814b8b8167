// Hot path: every event passes here once.
using System.Diagnostics;
using System.Text;
using Appliance.Features.Ingest.History;
using Appliance.Features.Reading;
using Appliance.Features.Store;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Features.Ingest;

/// <summary>
/// Applies events to the store, one after the other: the views that each concerns, the key, the row. Used by the thread that owns the writer. An
/// event that was <see cref="IngestOutcome.Blocked"/> must be given again before any other: what it has done already is not done twice.
/// </summary>
internal sealed class EventApplier(FasterTable table, IngestOptions options, FreshnessStatistics freshness, ViewHistory? history = null)
{
    private const int SmallBytes = 4096;

    // Puts history before the stream that goes on after it, and keeps its own order.
    private const long HistoryOrder = long.MinValue / 2;

    private readonly EventFields _fields = new();
    private readonly WindowEvent _window = new();
    private byte[] _key = new byte[256];
    private byte[] _row = new byte[SmallBytes];
    private FeatureValue[] _values = new FeatureValue[16];

    private (string Partition, string Source, string Name) _clock = ("", "", "");

    // Targets of the event in hand that have it already.
    private int _done;

    /// <summary>Why the last event was refused.</summary>
    public RefusalReason Reason { get; private set; }

    /// <summary>The same as a sentence that names field, value and rule.</summary>
    public string Refusal { get; private set; } = "";

    /// <summary>Applies one event.</summary>
    /// <param name="catalog">The views as they are now.</param>
    /// <param name="paged">The event where its source put it.</param>
    /// <param name="progress">How far its partition has come; the newest event time moves on with it.</param>
    public IngestOutcome Apply(FeatureCatalog catalog, in PagedEvent paged, StreamPositions progress)
    {
        if (paged.Refusal is not null) return Refuse(RefusalReason.Malformed, paged.Refusal);
        if (!EventRecord.TryParse(paged.Record.Span, out var record)) return Refuse(RefusalReason.Malformed, "the bytes are no event record of this version");
        if (record.IsHistory) return ApplyHistory(catalog, record, paged, progress);
        var source = TextCache.Of(record.Source);
        if (!catalog.TryFindSource(source, out var route))
        {
            if (paged.Partition == JournalEventSource.Partition && ReservedSources.Holds(record.Source)) return IngestOutcome.PassedOver;
            return Refuse(RefusalReason.UnknownSource, $"source is '{source}'; there is no source of that name{NearNames.Hint(source, [.. catalog.SourceNames])}");
        }
        if (route.RefuseType(record) is { } type) return Refuse(RefusalReason.WrongType, type);
        if (_done == 0 && Check(record, paged, route, progress) is { } outcome) return outcome;
        return ApplyTo(route, record, paged);
    }

    // For one view alone. It is never late and moves no clock on: only what the stream brings says how far the stream is.
    private IngestOutcome ApplyHistory(FeatureCatalog catalog, EventRecord record, in PagedEvent paged, StreamPositions progress)
    {
        if (history is null || !catalog.TryFindView(record.HistoryView, out var view)) return IngestOutcome.Applied;
        // Of a view that has gone, or of one that had its number before.
        if (view.Kind != ViewKind.Stream || !history.Starts.Counts(view, paged.Position) || !catalog.TryFindSource(view.Source, out var route)) return IngestOutcome.Applied;
        if (TextCache.Of(record.Source) != view.Source) return IngestOutcome.Applied;
        if (CheckContent(record, route) is { } outcome) return outcome;
        if (!TryWriteKey(view, record, out var key, out var wrong))
        {
            return Refuse(RefusalReason.WrongEntity, wrong ?? $"entity has not the join keys of feature view '{view.Name}'");
        }
        if (key.Length > EntityKey.MaxBytes) return Refuse(RefusalReason.TooLarge, KeyTooLarge(view, key));
        if (ApplyWindow(Find(route, view), key, record, HistoryOrder + paged.Position) is StoreStatus.DiskFull or StoreStatus.DiskFailed) return IngestOutcome.Blocked;
        history.Remember(view.Number, record, paged.Position, progress.Newest(Clock(paged.Partition, route.Schema.Name)) - route.LatenessMicros);
        return IngestOutcome.Applied;
    }

    private IngestOutcome? CheckContent(EventRecord record, SourceRoute route)
    {
        if (_fields.Read(route.Schema, record.Data) is { } error) return Refuse(RefusalReason.WrongField, error);
        if (record.HasCreatedTime && record.CreatedTime - record.IngestTime > options.MaxClockSkewMicros)
        {
            return Refuse(RefusalReason.Future, $"created is {Text(record.CreatedTime)}, more than {options.MaxClockSkew} after the event was read ({Text(record.IngestTime)})");
        }
        if (record.EventTime - record.IngestTime <= options.MaxClockSkewMicros) return null;
        return Refuse(RefusalReason.Future, $"time is {Text(record.EventTime)}, more than {options.MaxClockSkew} after the event was read ({Text(record.IngestTime)})");
    }

    // Reads the event's fields and judges its time; null where it may be applied.
    private IngestOutcome? Check(EventRecord record, in PagedEvent paged, SourceRoute route, StreamPositions progress)
    {
        if (CheckContent(record, route) is { } wrong) return wrong;
        // A row that comes late is settled by its event time like any other; only windows lose the panes that it would need.
        if (record.IsRow) return null;
        var clock = Clock(paged.Partition, route.Schema.Name);
        var newest = progress.Newest(clock);
        if (newest - record.EventTime > route.LatenessMicros)
        {
            return Refuse(RefusalReason.Late, $"time is {Text(record.EventTime)}, further behind the newest of its source ({Text(newest)}) than its lateness allows");
        }
        // A clock that runs ahead must not make all others late.
        progress.Advance(clock, Math.Min(record.EventTime, record.IngestTime));
        return null;
    }

    private IngestOutcome ApplyTo(SourceRoute route, EventRecord record, in PagedEvent paged)
    {
        // A row for a view that has gone, or that was declared over another source since.
        if (record.RowView != 0 && !route.HasRows(record.RowView))
        {
            _done = 0;
            return IngestOutcome.Applied;
        }
        var concerned = _done;
        var targets = record.IsRow ? route.Rows.Count : route.Streams.Count;
        for (var i = _done; i < targets; i++)
        {
            var view = record.IsRow ? route.Rows[i].View : route.Streams[i].View;
            if (record.RowView != 0 && view.Number != record.RowView) continue;
            if (!TryWriteKey(view, record, out var key, out var wrong))
            {
                if (wrong is not null) return End(RefusalReason.WrongEntity, wrong);
                continue;
            }
            if (key.Length > EntityKey.MaxBytes) return End(RefusalReason.TooLarge, KeyTooLarge(view, key));
            if (record.IsRow && route.Rows[i].RefuseLength(_fields) is { } length) return End(RefusalReason.WrongField, length);
            concerned++;
            if (!record.IsRow && history?.TakesFromStream(view, paged.Position, record.Id) == false) continue;
            var status = record.IsRow ? ApplyRow(route.Rows[i], key, record) : ApplyWindow(route.Streams[i], key, record, paged.Position);
            if (status is StoreStatus.DiskFull or StoreStatus.DiskFailed)
            {
                _done = i;
                return IngestOutcome.Blocked;
            }
            if (status is null) return End(RefusalReason.TooLarge, $"the row of feature view '{view.Name}' would have more than the {table.MaxRowBytes(key.Length)} bytes that the store takes");
            if (status == StoreStatus.Applied && !HoldsSinceEver(record)) freshness.Count(view, record.EventTime);
        }
        _done = 0;
        if (concerned > 0 || targets == 0) return IngestOutcome.Applied;
        return Refuse(RefusalReason.WrongEntity, EventKeys.RefuseStranger(record, route));
    }

    // Null for a row that is too large.
    private StoreStatus? ApplyRow(RowTarget target, ReadOnlySpan<byte> key, EventRecord record)
    {
        var view = target.View;
        if (_values.Length < view.Features.Count) _values = new FeatureValue[view.Features.Count];
        var values = _values.AsSpan(0, view.Features.Count);
        target.Take(_fields, values);
        var layout = view.Layouts[view.CurrentLayout].Layout;
        var bytes = layout.Measure(values);
        if (bytes > table.MaxRowBytes(key.Length)) return null;
        if (_row.Length < bytes) _row = new byte[bytes];
        layout.Write(values, _row);
        var created = record.HasCreatedTime ? record.CreatedTime : record.IngestTime;
        return table.Writer.Upsert(key, view.CurrentLayout, record.EventTime, created, _row.AsSpan(0, bytes), view.BornLayout);
    }

    private StoreStatus ApplyWindow(StreamTarget target, ReadOnlySpan<byte> key, EventRecord record, long order)
    {
        _window.Begin(target, _fields, TextCache.Of(record.Type), record.EventTime, record.IngestTime, order);
        var view = _window.AsView();
        if (!target.View.Panes[target.View.CurrentLayout].Plan.Takes(view)) return StoreStatus.Unchanged;
        var update = new WindowUpdate(target.View, view);
        // What an event adds is bounded by the plan, and a row of panes by its windows: far below what a record holds.
        return table.Writer.Update(key, ref update);
    }

    // A row of 1970 says what holds, not since when: it is neither fresh nor old.
    private static bool HoldsSinceEver(EventRecord record) => record.IsRow && record.EventTime == 0;

    private static StreamTarget Find(SourceRoute route, ServedView view)
    {
        foreach (var target in route.Streams)
        {
            if (target.View == view) return target;
        }
        throw new UnreachableException($"the catalog has the stream view '{view.Name}' and not among those of its source");
    }

    private bool TryWriteKey(ServedView view, EventRecord record, out ReadOnlySpan<byte> key, out string? wrong)
    {
        EntityKey.WriteView(_key, view.Number);
        var at = EntityKey.ViewBytes;
        key = default;
        wrong = null;
        foreach (var join in view.JoinKeys)
        {
            if (!EventKeys.TryFind(record, join, out var found)) return false;
            if (!EventKeys.Fits(join, found))
            {
                wrong = EventKeys.Refuse(view, join, found);
                return false;
            }
            if (_key.Length < at + found.Text.Length + 16) Array.Resize(ref _key, at + found.Text.Length + 256);
            at += found.IsText ? EntityKey.WriteText(_key.AsSpan(at), found.Text) : EntityKey.WriteNumber(_key.AsSpan(at), found.Number);
        }
        key = _key.AsSpan(0, at);
        return true;
    }

    // Events of one source come in rows; the name is made anew only where it changes.
    private string Clock(string partition, string source)
    {
        if (_clock.Partition != partition || _clock.Source != source) _clock = (partition, source, $"{partition}/{source}");
        return _clock.Name;
    }

    private static string KeyTooLarge(ServedView view, ReadOnlySpan<byte> key) =>
        $"the key of feature view '{view.Name}' has {key.Length} bytes; at most {EntityKey.MaxBytes} are taken";

    private IngestOutcome End(RefusalReason reason, string refusal)
    {
        _done = 0;
        return Refuse(reason, refusal);
    }

    private IngestOutcome Refuse(RefusalReason reason, string refusal)
    {
        Reason = reason;
        Refusal = refusal;
        return IngestOutcome.Refused;
    }

    private static string Text(long micros)
    {
        Span<byte> text = stackalloc byte[Rfc3339.MaxLength];
        return Encoding.UTF8.GetString(text[..Rfc3339.Write(text, micros)]);
    }
}

using System.IO.Hashing;
using System.Text;
using Appliance.Features.Ingest;
using Appliance.Features.Reading;
using FeatureModel.Events;
using FeatureModel.PointInTime;
using FeatureModel.Values;

namespace Appliance.Features.Verification;

/// <summary>
/// Takes the journal's events in order, refuses what the ingest loop refuses, and keeps what is left of the sampled entities. What it refuses by must be what
/// the loop refuses by (<see cref="EventApplier"/>); a test compares the two. Used by one run; not thread-safe.
/// </summary>
internal sealed class EventReplay(FeatureCatalog catalog, EntityHistories histories, VerificationSettings settings)
{
    private readonly EventFields _fields = new();
    private readonly Dictionary<string, long> _newest = new(StringComparer.Ordinal);
    private byte[] _key = new byte[256];

    /// <summary>Key of a view's row; null where the entity has not all of the view's join keys.</summary>
    public static UInt128? RowKey(ServedView view, IReadOnlyDictionary<string, FeatureValue> keys)
    {
        var bytes = EntityKey.ViewBytes;
        foreach (var join in view.JoinKeys)
        {
            if (!keys.TryGetValue(join.Name, out var value) || (value.Type == FeatureDataType.String) != (join.Type == FeatureDataType.String)) return null;
            bytes += EntityKey.Measure(value);
        }
        var key = new byte[bytes];
        EntityKey.WriteView(key, view.Number);
        var at = EntityKey.ViewBytes;
        foreach (var join in view.JoinKeys) at += EntityKey.Write(key.AsSpan(at), keys[join.Name]);
        return XxHash128.HashToUInt128(key);
    }

    /// <summary>Takes the next event; true where the loop would have applied it.</summary>
    public bool Take(EventRecord record, long position)
    {
        if (record.IsHistory) return TakeHistory(record, position);
        if (!catalog.TryFindSource(Encoding.UTF8.GetString(record.Source), out var route) || route.RefuseType(record) is not null || IsOfTheFuture(record)) return false;
        if (_fields.Read(route.Schema, record.Data) is not null || (!record.IsRow && IsLate(record, route))) return Refuse(record, position, route, 0);
        if (record.RowView != 0 && !route.HasRows(record.RowView)) return true;
        HistoryEvent? kept = null;
        var concerned = 0;
        var targets = record.IsRow ? route.Rows.Count : route.Streams.Count;
        for (var i = 0; i < targets; i++)
        {
            var view = record.IsRow ? route.Rows[i].View : route.Streams[i].View;
            if (record.RowView != 0 && view.Number != record.RowView) continue;
            if (!TryWriteKey(view, record, out var length, out var isWrong))
            {
                if (isWrong) return Refuse(record, position, route, i);
                continue;
            }
            if (length > EntityKey.MaxBytes || (record.IsRow && !Fits(route.Rows[i], length))) return Refuse(record, position, route, i);
            concerned++;
            var row = XxHash128.HashToUInt128(_key.AsSpan(0, length));
            if (!histories.IsWanted(row) || !settings.Counts(view, position) || (!record.IsRow && histories.CameAsHistory(row, record.Id))) continue;
            histories.Add(row, kept ??= Event(record, position));
        }
        return concerned > 0 || targets == 0;
    }

    // For one view alone, never late, and no clock moves on.
    private bool TakeHistory(EventRecord record, long position)
    {
        if (!catalog.TryFindView(record.HistoryView, out var view) || view.Kind != ViewKind.Stream || !settings.Counts(view, position)) return false;
        if (Encoding.UTF8.GetString(record.Source) != view.Source || !catalog.TryFindSource(view.Source, out var route) || IsOfTheFuture(record)) return false;
        if (_fields.Read(route.Schema, record.Data) is not null) return Refuse(record, position, view);
        if (!TryWriteKey(view, record, out var length, out _) || length > EntityKey.MaxBytes) return false;
        var row = XxHash128.HashToUInt128(_key.AsSpan(0, length));
        if (histories.IsWanted(row)) histories.AddHistory(row, Event(record, position), record.StreamId());
        return true;
    }

    // What one view does not take, those after it do not get either.
    private bool Refuse(EventRecord record, long position, SourceRoute route, int from)
    {
        var targets = record.IsRow ? route.Rows.Count : route.Streams.Count;
        for (var i = from; i < targets; i++) Refuse(record, position, record.IsRow ? route.Rows[i].View : route.Streams[i].View);
        return false;
    }

    private bool Refuse(EventRecord record, long position, ServedView view)
    {
        if (record.RowView != 0 && view.Number != record.RowView) return false;
        if (!TryWriteKey(view, record, out var length, out _) || length > EntityKey.MaxBytes || !settings.Counts(view, position)) return false;
        var row = XxHash128.HashToUInt128(_key.AsSpan(0, length));
        if (histories.IsWanted(row)) histories.AddRefused(row, new RefusedEvent(position, record.EventTime, record.IngestTime));
        return false;
    }

    private bool IsOfTheFuture(EventRecord record) =>
        record.EventTime - record.IngestTime > settings.Ingest.MaxClockSkewMicros
        || (record.HasCreatedTime && record.CreatedTime - record.IngestTime > settings.Ingest.MaxClockSkewMicros);

    // Rows have no lateness: they are settled by their event time.
    private bool IsLate(EventRecord record, SourceRoute route)
    {
        var newest = _newest.GetValueOrDefault(route.Schema.Name, long.MinValue / 2);
        if (newest - record.EventTime > route.LatenessMicros) return true;
        _newest[route.Schema.Name] = Math.Max(newest, Math.Min(record.EventTime, record.IngestTime));
        return false;
    }

    private bool TryWriteKey(ServedView view, EventRecord record, out int length, out bool isWrong)
    {
        EntityKey.WriteView(_key, view.Number);
        length = EntityKey.ViewBytes;
        isWrong = false;
        foreach (var join in view.JoinKeys)
        {
            if (!EventKeys.TryFind(record, join, out var found)) return false;
            isWrong = !EventKeys.Fits(join, found);
            if (isWrong) return false;
            if (_key.Length < length + found.Text.Length + 16) Array.Resize(ref _key, length + found.Text.Length + 256);
            length += found.IsText ? EntityKey.WriteText(_key.AsSpan(length), found.Text) : EntityKey.WriteNumber(_key.AsSpan(length), found.Number);
        }
        return true;
    }

    private bool Fits(RowTarget target, int keyBytes)
    {
        var values = new FeatureValue[target.Fields.Length];
        target.Take(_fields, values);
        return target.RefuseLength(_fields) is null && target.View.Layouts[target.View.CurrentLayout].Layout.Measure(values) <= settings.MaxRowBytes(keyBytes);
    }

    private HistoryEvent Event(EventRecord record, long position) => new(Encoding.UTF8.GetString(record.Type), _fields.Values)
    {
        Position = position,
        IsRow = record.IsRow,
        IsBackfilled = record.IsHistory,
        EventTime = record.EventTime,
        CreatedTime = record.HasCreatedTime ? record.CreatedTime : record.IngestTime,
        IngestTime = record.IngestTime,
    };
}

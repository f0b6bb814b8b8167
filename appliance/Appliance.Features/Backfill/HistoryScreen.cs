// Hot path: every event of a backfill is looked at once before it is taken.
using Appliance.Features.Ingest;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using FeatureModel.Events;

namespace Appliance.Features.Backfill;

/// <summary>Says at once, and by its place, what the ingest loop could only tell the dead letters of an event of history. Reused; not thread-safe.</summary>
internal sealed class HistoryScreen(ServedView view, SourceSchema schema, long maxSkewMicros, TimeProvider time)
{
    private readonly EventFields _fields = new();

    /// <summary>Null, or what is wrong with the event: member, value and rule.</summary>
    public string? Refuse(EventRecord record)
    {
        if (record.IsHistory) return "is a record of history already; events must be given as the stream has them";
        if (record.IsRow) return "type is 'row'; a stream view counts events";
        if (TextCache.Of(record.Source) is var source && source != view.Source) return $"source is '{source}'; the source of feature view '{view.Name}' is '{view.Source}'";
        var latest = FeatureJournal.Microseconds(time.GetUtcNow()) + maxSkewMicros;
        if (record.HasCreatedTime && record.CreatedTime > latest) return $"created is {Rfc3339.ToText(record.CreatedTime)}; history must not lie in the future";
        if (record.EventTime > latest) return $"time is {Rfc3339.ToText(record.EventTime)}; history must not lie in the future";
        foreach (var join in view.JoinKeys)
        {
            if (RefuseKey(record, join) is { } wrong) return wrong;
        }
        return _fields.Read(schema, record.Data);
    }

    private string? RefuseKey(EventRecord record, JoinKey join)
    {
        if (!EventKeys.TryFind(record, join, out var found)) return $"entity.{join.Name} is missing; feature view '{view.Name}' needs it";
        return EventKeys.Fits(join, found) ? null : EventKeys.Refuse(view, join, found);
    }
}

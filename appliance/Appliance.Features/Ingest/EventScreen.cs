// Hot path: every event that a caller sends is looked at once before it is taken.
using Appliance.Features.Reading;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Events;

namespace Appliance.Features.Ingest;

/// <summary>
/// Tells a caller at once what the ingest loop could only tell the dead letters: a source that nobody declared, a type that it does not take, an entity that
/// is none of its views', a field of another type; and what the loop would not tell at all: features that a row leaves out. Reused; not thread-safe.
/// </summary>
public sealed class EventScreen
{
    private readonly EventFields _fields = new();

    /// <summary>Null, or what is wrong with the event: member, value and rule.</summary>
    public string? Refuse(FeatureCatalog catalog, EventRecord record)
    {
        var source = TextCache.Of(record.Source);
        if (!catalog.TryFindSource(source, out var route))
        {
            if (ReservedSources.Holds(record.Source)) return $"source is '{source}'; names that begin with 'appliance.' are the appliance's own";
            return $"source is '{source}'; there is no source of that name{NearNames.Hint(source, [.. catalog.SourceNames])}";
        }
        if (route.RefuseType(record) is { } type) return type;
        if (_fields.Read(route.Schema, record.Data) is { } error) return error;
        return route.TakesRows ? RefuseRow(route, record) : RefuseEvent(route, record);
    }

    private static string? RefuseEvent(SourceRoute route, EventRecord record)
    {
        var concerned = route.Streams.Count == 0;
        for (var i = 0; i < route.Streams.Count; i++)
        {
            if (EventKeys.Concern(record, route.Streams[i].View, out var wrong)) concerned = true;
            else if (wrong is not null) return wrong;
        }
        return concerned ? null : EventKeys.RefuseStranger(record, route);
    }

    private string? RefuseRow(SourceRoute route, EventRecord record)
    {
        var concerned = route.Rows.Count == 0;
        for (var i = 0; i < route.Rows.Count; i++)
        {
            var target = route.Rows[i];
            if (EventKeys.Concern(record, target.View, out var wrong))
            {
                concerned = true;
                if ((target.RefuseGaps(_fields) ?? target.RefuseLength(_fields)) is { } refusal) return refusal;
            }
            else if (wrong is not null)
            {
                return wrong;
            }
        }
        return concerned ? null : EventKeys.RefuseStranger(record, route);
    }
}

// Hot path: every event that a caller sends is looked at once before it is taken.
using Appliance.Features.Reading;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Events;

namespace Appliance.Features.Ingest;

/// <summary>
/// Tells a caller at once what the ingest loop could only tell the dead letters: a source that nobody declared, a field of another type. Reused; not
/// thread-safe.
/// </summary>
public sealed class EventScreen
{
    private readonly EventFields _fields = new();

    /// <summary>Null, or what is wrong with the event: member and sentence.</summary>
    public (string Member, string Rule)? Refuse(FeatureCatalog catalog, EventRecord record)
    {
        var source = TextCache.Of(record.Source);
        if (!catalog.TryFindSource(source, out var route))
        {
            if (ReservedSources.Holds(record.Source)) return ("source", $"is '{source}'; names that begin with 'appliance.' are the appliance's own");
            return ("source", $"is '{source}'; there is no source of that name{NearNames.Hint(source, [.. catalog.SourceNames])}");
        }
        return _fields.Read(route.Schema, record.Data) is { } error ? ("data", error) : null;
    }
}

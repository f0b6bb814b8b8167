using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.PointInTime;

namespace Appliance.Features.Verification;

/// <summary>What was defined at each revision of the registry, made from its versions. Used by one run; not thread-safe.</summary>
internal sealed class DefinitionHistory(RegistryState state)
{
    private readonly Dictionary<long, DefinitionCatalog> _catalogs = [];
    private readonly Dictionary<(FeatureReference, long), long> _since = [];
    private readonly Dictionary<(long, string), PointInTimeService?> _services = [];

    /// <summary>When a revision was made, microseconds since 1970.</summary>
    public long TimeOf(long revision) => (state.Revisions[(int)revision - 1].Time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Everything that was defined.</summary>
    public DefinitionCatalog At(long revision)
    {
        if (_catalogs.TryGetValue(revision, out var known)) return known;
        var defined =
            from one in state.Objects.Values
            where one.DeletedBy is null || one.DeletedBy.Number > revision
            let version = one.Versions.LastOrDefault(v => v.Revision.Number <= revision)
            where version is not null
            select version.Definition;
        return _catalogs[revision] = new DefinitionCatalog(FeatureDefinitions.From(defined));
    }

    /// <summary>A list of features as it was defined; null where one was not.</summary>
    public PointInTimeService? Service(long revision, IReadOnlyList<FeatureReference> features)
    {
        var key = (revision, string.Join('\n', features));
        if (_services.TryGetValue(key, out var known)) return known;
        PointInTimeService? service = null;
        if (revision >= 1 && revision <= state.Revision) PointInTimeService.TryCreate(At(revision), features, out service, out _);
        return _services[key] = service;
    }

    /// <summary>
    /// The revision from which on a stored feature, and the source that it is made from, have meant the same until now; -1 where they have changed since the
    /// given revision.
    /// </summary>
    public long StableSince(FeatureReference feature, long revision)
    {
        if (_since.TryGetValue((feature, revision), out var known)) return known;
        var meaning = MeaningAt(feature, revision);
        var since = -1L;
        if (meaning.Length > 0 && MeaningAt(feature, state.Revision) == meaning)
        {
            for (since = revision; since > 1 && MeaningAt(feature, since - 1) == meaning;) since--;
            for (var later = revision + 1; later < state.Revision && since > 0; later++)
            {
                if (MeaningAt(feature, later) != meaning) since = -1;
            }
        }
        return _since[(feature, revision)] = since;
    }

    // All that a value depends on, as one text; empty where there is no such feature.
    private string MeaningAt(FeatureReference reference, long revision)
    {
        var catalog = At(revision);
        // One that was deleted and declared again began anew.
        if (state.Describe(DefinitionKind.FeatureView, reference.View) is not { } declared || revision < declared.Versions[declared.BornAt - 1].Revision.Number) return "";
        if (catalog.View(reference.View) is not { } view || catalog.Feature(reference) is not { } feature || catalog.Source(view.Source) is not { } source) return "";
        var keys = view.Entities.SelectMany(e => catalog.Entity(e)?.JoinKeys ?? []).Select(k => $"{k.Name} {k.Type}");
        var fields = SourceColumns.Of(source, catalog.Definitions).Select(f => $"{f.Name} {f.Type}");
        var by = feature.Aggregate is { } a ? $"{a.Function}|{a.Field}|{a.Where?.Trim()}|{a.Window}|{a.HalfLife}" : "";
        return $"{view.Kind}|{string.Join(',', keys)}|{source.Name}|{source.Lateness}|{string.Join(',', fields)}|{feature.Type}|{by}";
    }
}

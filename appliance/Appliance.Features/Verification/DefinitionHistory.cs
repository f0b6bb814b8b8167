using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.PointInTime;

namespace Appliance.Features.Verification;

/// <summary>What was defined at each revision of the registry, made from its versions. Used by one run; not thread-safe.</summary>
internal sealed class DefinitionHistory(RegistryState state)
{
    private readonly Dictionary<long, DefinitionCatalog> _catalogs = [];
    private readonly Dictionary<(FeatureReference, long), long> _since = [];
    private readonly Dictionary<(string, long), long> _rowsSince = [];
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

    /// <summary>A list of features as it was defined, over a history that is read by what is defined now; null where one was not.</summary>
    public PointInTimeService? Service(long revision, IReadOnlyList<FeatureReference> features)
    {
        var key = (revision, string.Join('\n', features));
        if (_services.TryGetValue(key, out var known)) return known;
        PointInTimeService? service = null;
        if (revision >= 1 && revision <= state.Revision) PointInTimeService.TryCreate(At(revision), state.Catalog, features, out service, out _);
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

    /// <summary>The revision from which on the same events have made rows of a stream view, up to the given one.</summary>
    public long RowsStableSince(string view, long revision)
    {
        if (_rowsSince.TryGetValue((view, revision), out var known)) return known;
        var meaning = RowMeaningAt(view, revision);
        var since = revision;
        while (since > 1 && RowMeaningAt(view, since - 1) == meaning) since--;
        return _rowsSince[(view, revision)] = since;
    }

    /// <summary>The shortest TTL that a view had from a moment on until a revision, in microseconds.</summary>
    public long ShortestTtl(string view, long from, long revision)
    {
        var shortest = long.MaxValue;
        IReadOnlyList<RegisteredVersion> versions = state.Describe(DefinitionKind.FeatureView, view)?.Versions ?? [];
        for (var i = 0; i < versions.Count && versions[i].Revision.Number <= revision; i++)
        {
            if (i + 1 < versions.Count && TimeOf(versions[i + 1].Revision.Number) < from) continue;
            if (Durations.TryParse(((FeatureViewDefinition)versions[i].Definition).Ttl, out var ttl)) shortest = Math.Min(shortest, ttl);
        }
        return shortest;
    }

    // All that a value depends on, as one text; empty where there is no such feature.
    private string MeaningAt(FeatureReference reference, long revision)
    {
        if (At(revision).Feature(reference) is not { } feature || ViewMeaningAt(reference.View, revision) is not { Length: > 0 } view) return "";
        var by = feature.Aggregate is { } a ? $"{a.Function}|{a.Field}|{a.Where?.Trim()}|{a.Window}|{a.HalfLife}" : "";
        return $"{view}|{feature.Type}|{by}";
    }

    // Any feature that takes an event makes a row of it, and makes the row younger.
    private string RowMeaningAt(string name, long revision) =>
        ViewMeaningAt(name, revision) is { Length: > 0 } meaning
            ? $"{meaning}|{Set(At(revision).View(name)!.Features.Select(f => $"{f.Aggregate?.Field}|{f.Aggregate?.Where?.Trim()}"))}"
            : "";

    private string ViewMeaningAt(string name, long revision)
    {
        var catalog = At(revision);
        // One that was deleted and declared again began anew.
        if (state.Describe(DefinitionKind.FeatureView, name) is not { } declared || revision < declared.Versions[declared.BornAt - 1].Revision.Number) return "";
        if (catalog.View(name) is not { } view || catalog.Source(view.Source) is not { } source) return "";
        return $"{view.Kind}|{KeysOf(view, catalog)}|{source.Name}|{source.Lateness}|{Admission(source, view.Kind, catalog)}";
    }

    // What decides whether the source's events are taken at all: its fields, and what the views over it ask of keys, columns and vectors.
    private static string Admission(SourceDefinition source, string kind, DefinitionCatalog catalog)
    {
        var views = catalog.Definitions.FeatureViews.Where(v => v.Source == source.Name && v.Kind == kind).ToList();
        var columns = kind == "batch" ? views.SelectMany(v => v.Features).Select(f => $"{f.Name} {f.Type} {f.Dimension}") : [];
        return $"{Set(SourceColumns.Of(source, catalog.Definitions).Select(f => $"{f.Name} {f.Type}"))}|{Set(views.Select(v => KeysOf(v, catalog)))}|{Set(columns)}";
    }

    private static string KeysOf(FeatureViewDefinition view, DefinitionCatalog catalog) =>
        string.Join(' ', view.Entities.SelectMany(e => catalog.Entity(e)?.JoinKeys ?? []).Select(k => $"{k.Name} {k.Type}"));

    // Order says nothing: all of these are found by their names.
    private static string Set(IEnumerable<string> parts) => string.Join(',', parts.Distinct().Order(StringComparer.Ordinal));
}

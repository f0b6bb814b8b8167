using System.Globalization;
using FeatureModel.Values;

namespace FeatureModel.Definitions.Validation;

/// <summary>Rules of feature views: what each kind has and has not, and that what it names is there.</summary>
internal static class ViewRules
{
    private static readonly string[] Kinds = ["batch", "stream", "onDemand"];

    public static void Check(FeatureViewDefinition view, DefinitionCatalog catalog, DefinitionErrors errors)
    {
        NameRules.Name(view, "name", view.Name, errors);
        FeatureRules.Check(view, errors);
        CheckEntities(view, catalog, errors);
        if (view.Ttl is { } ttl)
        {
            if (!Durations.TryParse(ttl, out var length)) errors.Add(view, "ttl", ttl, Durations.Rule);
            else errors.Require(length >= Durations.Second, view, "ttl", ttl, "it must be at least 1s; leave it out for values that never age");
        }
        switch (view.Kind)
        {
            case "batch":
                CheckStored(view, errors);
                CheckBatch(view, catalog, errors);
                break;
            case "stream":
                CheckStored(view, errors);
                CheckStream(view, catalog, errors);
                break;
            case "onDemand":
                OnDemandRules.Check(view, catalog, errors);
                break;
            default:
                errors.Add(view, "kind", view.Kind, $"it must be one of {string.Join(", ", Kinds)}{NearNames.Hint(view.Kind, Kinds)}");
                break;
        }
    }

    private static void CheckEntities(FeatureViewDefinition view, DefinitionCatalog catalog, DefinitionErrors errors)
    {
        var columns = new HashSet<string>(StringComparer.Ordinal);
        var named = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < view.Entities.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"entities[{i}]");
            var name = view.Entities[i];
            if (!errors.Require(named.Add(name), view, path, name, "the entity is named twice")) continue;
            if (catalog.Entity(name) is not { } entity)
            {
                errors.Add(view, path, name, $"no such entity is defined{catalog.Hint(DefinitionKind.Entity, name)}");
                continue;
            }
            foreach (var key in entity.JoinKeys)
            {
                errors.Require(columns.Add(key.Name), view, path, name, $"another entity of the view has a join key '{key.Name}' as well");
            }
        }
        errors.Require(columns.Count <= DefinitionLimits.JoinKeys, view, "entities", $"{columns.Count} join keys",
            $"a view has at most {DefinitionLimits.JoinKeys}");
        for (var i = 0; i < view.Features.Count; i++)
        {
            errors.Require(!columns.Contains(view.Features[i].Name), view, $"{FeatureRules.Path(i)}.name", view.Features[i].Name,
                "a join key of the view's entities has this name, and both are columns of one answer");
        }
    }

    private static void CheckStored(FeatureViewDefinition view, DefinitionErrors errors)
    {
        errors.Require(view.Entities.Count > 0, view, "entities", "empty", $"a view of kind {view.Kind} has at least one entity");
        errors.Require(view.Inputs.Count == 0, view, "inputs", string.Join(", ", view.Inputs), "only a view of kind onDemand has inputs");
        errors.Require(view.RequestInputs.Count == 0, view, "requestInputs", string.Join(", ", view.RequestInputs.Select(r => r.Name)),
            "only a view of kind onDemand has request inputs");
        errors.Require(view.LookupTables.Count == 0, view, "lookupTables", string.Join(", ", view.LookupTables.Select(t => t.Name)),
            "only a view of kind onDemand has lookup tables");
        for (var i = 0; i < view.Features.Count; i++)
        {
            errors.Require(view.Features[i].Expression is null, view, $"{FeatureRules.Path(i)}.expression", view.Features[i].Expression,
                "only a feature of an onDemand view has an expression");
        }
    }

    private static void CheckBatch(FeatureViewDefinition view, DefinitionCatalog catalog, DefinitionErrors errors)
    {
        var source = SourceOf(view, catalog, errors, "push", "file");
        for (var i = 0; i < view.Features.Count; i++)
        {
            var feature = view.Features[i];
            var path = FeatureRules.Path(i);
            errors.Require(feature.Aggregate is null, view, $"{path}.aggregate", feature.Aggregate?.Function,
                "only a feature of a stream view has an aggregate");
            if (source is not { Fields.Count: > 0 }) continue;
            // A source that lists its columns has to list those of the view; one that lists none takes the view's word.
            var column = source.Fields.Find(f => f.Name == feature.Name);
            if (!errors.Require(column is not null, view, $"{path}.name", feature.Name,
                $"the source '{source.Name}' has no such field{NearNames.Hint(feature.Name, [.. source.Fields.Select(f => f.Name)])}"))
            {
                continue;
            }
            errors.Require(TypeWidening.Holds(column!.Type, feature.Type) || !FeatureDataTypes.TryParse(column.Type, out _), view, $"{path}.type",
                feature.Type, $"the source's field is {column.Type}, and {TypeWidening.Rule}");
        }
    }

    private static void CheckStream(FeatureViewDefinition view, DefinitionCatalog catalog, DefinitionErrors errors)
    {
        var source = SourceOf(view, catalog, errors, "events");
        for (var i = 0; i < view.Features.Count; i++)
        {
            var feature = view.Features[i];
            var path = FeatureRules.Path(i);
            if (feature.Aggregate is not { } aggregate) errors.Add(view, $"{path}.aggregate", null,
                "a feature of a stream view says how it is made of events");
            else if (source is not null) AggregateRules.Check(view, path, feature, aggregate, source, errors);
        }
    }

    private static SourceDefinition? SourceOf(FeatureViewDefinition view, DefinitionCatalog catalog, DefinitionErrors errors, params string[] kinds)
    {
        if (!errors.Require(view.Source is not null, view, "source", null, $"a view of kind {view.Kind} names its source")) return null;
        if (catalog.Source(view.Source) is not { } source)
        {
            errors.Add(view, "source", view.Source, $"no such source is defined{catalog.Hint(DefinitionKind.Source, view.Source!)}");
            return null;
        }
        return errors.Require(kinds.Contains(source.Kind), view, "source", view.Source,
            $"a view of kind {view.Kind} takes a source of kind {string.Join(" or ", kinds)}; this one is {source.Kind}") ? source : null;
    }
}

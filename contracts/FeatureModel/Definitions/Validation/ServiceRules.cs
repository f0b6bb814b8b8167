using System.Globalization;

namespace FeatureModel.Definitions.Validation;

/// <summary>Rules of feature services.</summary>
internal static class ServiceRules
{
    public static void Check(FeatureServiceDefinition service, DefinitionCatalog catalog, DefinitionErrors errors)
    {
        NameRules.ServiceName(service, errors);
        errors.Require(service.Features.Count > 0, service, "features", "empty", "a service names at least one feature");
        var taken = new HashSet<FeatureReference>();
        for (var i = 0; i < service.Features.Count; i++)
        {
            foreach (var reference in Named(service, i, catalog, errors))
            {
                errors.Require(taken.Add(reference), service, Path(i), service.Features[i], $"the service names {reference} before");
            }
        }
        errors.Require(taken.Count <= DefinitionLimits.FeaturesPerService, service, "features", $"{taken.Count} features",
            $"{DefinitionLimits.FeaturesPerService} are taken");
    }

    private static IEnumerable<FeatureReference> Named(FeatureServiceDefinition service, int index, DefinitionCatalog catalog,
        DefinitionErrors errors)
    {
        var text = service.Features[index];
        var single = FeatureReference.TryParse(text, out var reference);
        if (!single && text.Contains(':', StringComparison.Ordinal))
        {
            errors.Add(service, Path(index), text, "it must be view:feature, or view for all of its features");
            return [];
        }
        var name = single ? reference.View : text;
        if (catalog.View(name) is not { } view)
        {
            errors.Add(service, Path(index), text, $"no feature view '{name}' is defined{catalog.Hint(DefinitionKind.FeatureView, name)}");
            return [];
        }
        if (!single) return view.Features.Select(f => new FeatureReference(view.Name, f.Name)).Distinct();
        return errors.Require(view.Features.Exists(f => f.Name == reference.Feature), service, Path(index), text,
            $"the view '{name}' has no feature '{reference.Feature}'{NearNames.Hint(reference.Feature, [.. view.Features.Select(f => f.Name)])}")
            ? [reference]
            : [];
    }

    private static string Path(int index) => string.Create(CultureInfo.InvariantCulture, $"features[{index}]");
}

using FeatureModel.Definitions;

namespace Lake.PointInTime;

/// <summary>Features as people name them. Stateless.</summary>
public static class FeatureChoice
{
    /// <summary>The features of a list of names: <c>view:feature</c>, a view for all of its features, or a feature service.</summary>
    /// <param name="catalog">The definitions.</param>
    /// <param name="names">The names; a feature that is named twice counts once.</param>
    /// <exception cref="JoinException">A name is none of these.</exception>
    public static IReadOnlyList<FeatureReference> Of(DefinitionCatalog catalog, IEnumerable<string> names) => [.. names.SelectMany(n => One(catalog, n)).Distinct()];

    private static IEnumerable<FeatureReference> One(DefinitionCatalog catalog, string name)
    {
        if (FeatureReference.TryParse(name, out var reference))
        {
            return catalog.Feature(reference) is null ? throw new JoinException($"feature is '{name}'; it must be view:feature of the definitions{Hint(catalog, reference)}") : [reference];
        }
        if (catalog.View(name) is { } view) return view.Features.Select(f => new FeatureReference(view.Name, f.Name));
        if (catalog.Service(name) is { } service) return catalog.FeaturesOf(service);
        throw new JoinException($"feature is '{name}'; it must be view:feature, a view or a feature service{catalog.Hint(DefinitionKind.FeatureView, name)}");
    }

    private static string Hint(DefinitionCatalog catalog, FeatureReference reference) => catalog.View(reference.View) is { } view
        ? FeatureModel.NearNames.Hint(reference.Feature, [.. view.Features.Select(f => f.Name)])
        : catalog.Hint(DefinitionKind.FeatureView, reference.View);
}

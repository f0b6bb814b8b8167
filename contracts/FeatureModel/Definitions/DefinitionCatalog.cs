namespace FeatureModel.Definitions;

/// <summary>
/// Definitions by name. Immutable and safe for any number of threads as long as nobody changes the definitions. Of two with one name, the
/// first counts.
/// </summary>
public sealed class DefinitionCatalog
{
    private readonly Dictionary<string, EntityDefinition> _entities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceDefinition> _sources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FeatureViewDefinition> _views = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FeatureServiceDefinition> _services = new(StringComparer.Ordinal);

    public DefinitionCatalog(FeatureDefinitions definitions)
    {
        Definitions = definitions;
        foreach (var entity in definitions.Entities) _entities.TryAdd(entity.Name, entity);
        foreach (var source in definitions.Sources) _sources.TryAdd(source.Name, source);
        foreach (var view in definitions.FeatureViews) _views.TryAdd(view.Name, view);
        foreach (var service in definitions.FeatureServices) _services.TryAdd(service.Name, service);
    }

    public FeatureDefinitions Definitions { get; }

    /// <summary>The object; null where there is none of that name.</summary>
    public EntityDefinition? Entity(string name) => _entities.GetValueOrDefault(name);

    /// <inheritdoc cref="Entity"/>
    public SourceDefinition? Source(string? name) => name is null ? null : _sources.GetValueOrDefault(name);

    /// <inheritdoc cref="Entity"/>
    public FeatureViewDefinition? View(string name) => _views.GetValueOrDefault(name);

    /// <inheritdoc cref="Entity"/>
    public FeatureServiceDefinition? Service(string name) => _services.GetValueOrDefault(name);

    /// <summary>The feature; null where its view or itself is missing.</summary>
    public FeatureDefinition? Feature(FeatureReference reference) => View(reference.View)?.Features.Find(f => f.Name == reference.Feature);

    /// <summary>To end a message with that refuses a name: the names of the kind that are near.</summary>
    public string Hint(DefinitionKind kind, string name) => NearNames.Hint(name, [.. Definitions.Of(kind).Select(d => d.Name)]);

    /// <summary>
    /// The features that a service names, in its order; a view's name stands for all of its features. What is not defined is left out.
    /// </summary>
    public IEnumerable<FeatureReference> FeaturesOf(FeatureServiceDefinition service)
    {
        foreach (var named in service.Features)
        {
            if (FeatureReference.TryParse(named, out var one))
            {
                if (Feature(one) is not null) yield return one;
            }
            else if (View(named) is { } view)
            {
                foreach (var feature in view.Features) yield return new(view.Name, feature.Name);
            }
        }
    }
}

namespace FeatureModel.Definitions.Changes;

/// <summary>
/// Which features are made of what, within one set of definitions. Where a use cannot be told for certain, it counts as one. Immutable.
/// </summary>
public sealed class FeatureUses
{
    private readonly DefinitionCatalog _catalog;
    private readonly Dictionary<FeatureReference, List<FeatureReference>> _dependents = [];

    public FeatureUses(DefinitionCatalog catalog)
    {
        _catalog = catalog;
        foreach (var view in catalog.Definitions.FeatureViews.Where(v => v.Inputs.Count > 0)) NoteInputs(view);
    }

    public IEnumerable<FeatureReference> OfView(string view) => (_catalog.View(view)?.Features ?? []).Select(f => new FeatureReference(view, f.Name));

    public IEnumerable<FeatureReference> OfEntity(string entity) => ViewsWith(v => v.Entities.Contains(entity)).SelectMany(v => OfView(v.Name));

    public IEnumerable<FeatureReference> OfSource(string source) => ViewsWith(v => v.Source == source).SelectMany(v => OfView(v.Name));

    /// <summary>Features that take a source's field: by an aggregate, in a filter, or as the column of a row.</summary>
    public IEnumerable<FeatureReference> OfField(string source, string field) =>
        from view in ViewsWith(v => v.Source == source)
        from feature in view.Features
        where feature.Aggregate is { } aggregate
            ? aggregate.Field == field || ExpressionNames.Of(aggregate.Where).Contains(field)
            : feature.Name == field
        select new FeatureReference(view.Name, feature.Name);

    /// <summary>Features of an on-demand view whose expressions hold one of the words.</summary>
    public IEnumerable<FeatureReference> Naming(string view, IReadOnlyCollection<string> words) =>
        from feature in _catalog.View(view)?.Features ?? []
        where ExpressionNames.Of(feature.Expression).Overlaps(words)
        select new FeatureReference(view, feature.Name);

    /// <summary>The features and all that are computed of them, over any number of steps; sorted.</summary>
    public IReadOnlyList<FeatureReference> WithDependents(IEnumerable<FeatureReference> features)
    {
        var all = new HashSet<FeatureReference>();
        var open = new Stack<FeatureReference>(features);
        while (open.TryPop(out var feature))
        {
            if (!all.Add(feature)) continue;
            foreach (var dependent in _dependents.GetValueOrDefault(feature) ?? []) open.Push(dependent);
        }
        return [.. all.OrderBy(f => f.View, StringComparer.Ordinal).ThenBy(f => f.Feature, StringComparer.Ordinal)];
    }

    private IEnumerable<FeatureViewDefinition> ViewsWith(Func<FeatureViewDefinition, bool> has) => _catalog.Definitions.FeatureViews.Where(has);

    private void NoteInputs(FeatureViewDefinition view)
    {
        foreach (var feature in view.Features)
        {
            var words = ExpressionNames.Of(feature.Expression);
            foreach (var used in view.Inputs.SelectMany(OfView).Where(f => words.Contains(f.Feature)))
            {
                if (!_dependents.TryGetValue(used, out var dependents)) _dependents.Add(used, dependents = []);
                dependents.Add(new(view.Name, feature.Name));
            }
        }
    }
}

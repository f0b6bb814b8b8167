using FeatureModel.Definitions;

namespace Lake.PointInTime;

/// <summary>A stored view under a name of the join's own, whose join keys stand in other columns of the spine: so one view is joined twice, as origin and as destination. Immutable.</summary>
/// <param name="View">The view.</param>
/// <param name="Keys">Of join keys the spine's columns; a key that is not named stands in the column of its own name.</param>
public sealed record ViewAlias(string View, IReadOnlyDictionary<string, string> Keys)
{
    /// <summary>Definitions in which the views stand under their aliases, too. An alias may be the view's own name; then only its columns differ.</summary>
    /// <param name="catalog">The definitions.</param>
    /// <param name="aliases">By alias.</param>
    /// <exception cref="JoinException">There is no such stored view or join key, or another view has the alias for its name.</exception>
    public static DefinitionCatalog Over(DefinitionCatalog catalog, IReadOnlyDictionary<string, ViewAlias> aliases) =>
        aliases.Count == 0 ? catalog : new DefinitionCatalog(catalog.Definitions.MergedWith(FeatureDefinitions.From(aliases.Select(a => Named(catalog, a.Key, a.Value)))));

    /// <summary>The key as the spine has it.</summary>
    internal FieldDefinition InSpine(FieldDefinition key) => Keys.TryGetValue(key.Name, out var column) ? new FieldDefinition { Name = column, Type = key.Type } : key;

    private static FeatureViewDefinition Named(DefinitionCatalog catalog, string name, ViewAlias alias)
    {
        if (catalog.View(alias.View) is not { } view) throw new JoinException($"alias '{name}': view is '{alias.View}'; it is not defined{catalog.Hint(DefinitionKind.FeatureView, alias.View)}");
        if (view.Kind == "onDemand") throw new JoinException($"alias '{name}': view is '{alias.View}', which is computed; only a batch or stream view has join keys of its own");
        if (name != alias.View && catalog.View(name) is not null) throw new JoinException($"alias is '{name}'; another view has that name");
        var keys = JoinView.KeysOf(view, catalog).Select(k => k.Name).ToList();
        var unknown = alias.Keys.Keys.FirstOrDefault(k => !keys.Contains(k));
        if (unknown is not null) throw new JoinException($"alias '{name}': join key is '{unknown}'; those of view '{alias.View}' are {string.Join(", ", keys)}");
        return new FeatureViewDefinition { Name = name, Kind = view.Kind, Entities = view.Entities, Source = view.Source, Ttl = view.Ttl, Features = view.Features };
    }
}

using FeatureModel.Definitions.Validation;

namespace FeatureModel.Definitions;

/// <summary>Checks a whole set of definitions: every object for itself, and that what they name of each other is there. Pure.</summary>
public static class DefinitionsValidator
{
    /// <summary>Everything that is wrong; empty where the set is sound.</summary>
    /// <param name="rules">
    /// Checks of expressions, filters and windows; run on the objects for which, and for all that they name, the rest holds: they need not expect nonsense.
    /// </param>
    public static IReadOnlyList<DefinitionError> Check(FeatureDefinitions definitions, DefinitionRules rules)
    {
        var errors = new DefinitionErrors();
        var catalog = new DefinitionCatalog(definitions);
        foreach (var kind in DefinitionKinds.All) CheckUnique(definitions.Of(kind), errors);
        foreach (var definition in definitions.All)
        {
            NameRules.Notes(definition, "", definition.Description, definition.Owner, definition.Tags, errors);
            switch (definition)
            {
                case EntityDefinition entity:
                    SourceRules.Check(entity, errors);
                    break;
                case SourceDefinition source:
                    SourceRules.Check(source, errors);
                    break;
                case FeatureViewDefinition view:
                    ViewRules.Check(view, catalog, errors);
                    break;
                case FeatureServiceDefinition service:
                    ServiceRules.Check(service, catalog, errors);
                    break;
            }
        }
        SharedColumnRules.Check(catalog, errors);
        var sound = errors.All.Count == 0 ? catalog : SoundOf(definitions, errors);
        foreach (var check in rules.Checks) check(sound, errors);
        return errors.All;
    }

    // What is right so far and rests on nothing that is not: of anything else, further errors might only follow from those that are told.
    private static DefinitionCatalog SoundOf(FeatureDefinitions definitions, DefinitionErrors errors)
    {
        var sound = definitions.All.Where(d => !errors.IsFaulty(d)).ToList();
        while (true)
        {
            var catalog = new DefinitionCatalog(FeatureDefinitions.From(sound));
            if (sound.RemoveAll(d => d is FeatureViewDefinition view && !Rests(view, catalog)) == 0) return catalog;
        }
    }

    private static bool Rests(FeatureViewDefinition view, DefinitionCatalog on) =>
        view.Entities.TrueForAll(e => on.Entity(e) is not null) && (view.Source is null || on.Source(view.Source) is not null) && view.Inputs.TrueForAll(i => on.View(i) is not null);

    private static void CheckUnique(IEnumerable<NamedDefinition> definitions, DefinitionErrors errors)
    {
        var first = new Dictionary<string, NamedDefinition>(StringComparer.Ordinal);
        foreach (var definition in definitions)
        {
            if (first.TryAdd(definition.Name, definition)) continue;
            var before = first[definition.Name].Origin is { } origin ? $" in {origin.File} at {origin.Path}" : "";
            errors.Add(definition, "name", definition.Name, $"the name is declared before{before}");
        }
    }
}

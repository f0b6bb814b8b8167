using FeatureModel.Definitions.Validation;

namespace FeatureModel.Definitions;

/// <summary>Checks a whole set of definitions: every object for itself, and that what they name of each other is there. Pure.</summary>
public static class DefinitionsValidator
{
    /// <summary>Everything that is wrong; empty where the set is sound.</summary>
    /// <param name="rules">
    /// Checks of expressions, filters and windows; run only where the rest holds, so that they need not expect nonsense.
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
        if (errors.All.Count > 0) return errors.All;
        foreach (var check in rules.Checks) check(catalog, errors);
        return errors.All;
    }

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

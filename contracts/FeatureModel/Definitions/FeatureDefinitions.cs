using System.Text.Json.Serialization;

namespace FeatureModel.Definitions;

/// <summary>
/// One file of a features folder, or all of them merged: everything that is declared together. The JSON names are the properties' in camelCase;
/// comments and trailing commas are taken, unknown properties refused.
/// </summary>
public sealed class FeatureDefinitions
{
    public List<EntityDefinition> Entities { get; set; } = [];
    public List<SourceDefinition> Sources { get; set; } = [];
    public List<FeatureViewDefinition> FeatureViews { get; set; } = [];
    public List<FeatureServiceDefinition> FeatureServices { get; set; } = [];

    /// <summary>Every object, kind by kind, in the order of declaration.</summary>
    [JsonIgnore]
    public IEnumerable<NamedDefinition> All => DefinitionKinds.All.SelectMany(Of);

    /// <summary>The objects of one kind, in the order of declaration.</summary>
    public IEnumerable<NamedDefinition> Of(DefinitionKind kind) => kind switch
    {
        DefinitionKind.Entity => Entities,
        DefinitionKind.Source => Sources,
        DefinitionKind.FeatureView => FeatureViews,
        _ => FeatureServices,
    };

    public void Add(NamedDefinition definition)
    {
        switch (definition)
        {
            case EntityDefinition entity:
                Entities.Add(entity);
                break;
            case SourceDefinition source:
                Sources.Add(source);
                break;
            case FeatureViewDefinition view:
                FeatureViews.Add(view);
                break;
            case FeatureServiceDefinition service:
                FeatureServices.Add(service);
                break;
            default:
                throw new ArgumentException($"{definition.GetType()} is no object of a definitions file.", nameof(definition));
        }
    }

    public static FeatureDefinitions From(IEnumerable<NamedDefinition> definitions)
    {
        var all = new FeatureDefinitions();
        foreach (var definition in definitions) all.Add(definition);
        return all;
    }

    /// <summary>These and the given ones; where both declare an object, the given one counts.</summary>
    public FeatureDefinitions MergedWith(FeatureDefinitions over)
    {
        var replaced = over.All.Select(d => (d.ObjectKind, d.Name)).ToHashSet();
        return From(All.Where(d => !replaced.Contains((d.ObjectKind, d.Name))).Concat(over.All));
    }
}

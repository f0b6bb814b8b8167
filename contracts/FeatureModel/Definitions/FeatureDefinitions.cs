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
}

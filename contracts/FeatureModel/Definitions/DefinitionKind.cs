namespace FeatureModel.Definitions;

/// <summary>The four kinds of object that a definition declares, in the order in which they may name each other.</summary>
public enum DefinitionKind
{
    Entity,
    Source,
    FeatureView,
    FeatureService,
}

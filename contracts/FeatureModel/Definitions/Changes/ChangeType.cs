namespace FeatureModel.Definitions.Changes;

/// <summary>What happened to an object.</summary>
public enum ChangeType
{
    Added,
    Changed,
    Removed,
}

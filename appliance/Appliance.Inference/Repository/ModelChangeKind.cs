namespace Appliance.Inference.Repository;

/// <summary>What became of a model folder between two scans.</summary>
public enum ModelChangeKind
{
    Added,
    Modified,
    Removed,
}

namespace Appliance.Features.Registry;

/// <summary>A version of a feature service with its features looked up. Immutable.</summary>
/// <param name="Features">In the service's order.</param>
public sealed record ResolvedService(string Name, int Version, IReadOnlyList<ResolvedFeature> Features)
{
    /// <summary>Whether every feature still is what the version was made with: then a model that was trained on it can be served.</summary>
    public bool IsServable => Features.All(f => f.Problem is null);
}

using FeatureModel.Definitions;

namespace Appliance.Features.Registry;

/// <summary>A version that a change makes.</summary>
/// <param name="Version">0 for an object that is deleted.</param>
public sealed record NewVersion(DefinitionKind Kind, string Name, int Version);

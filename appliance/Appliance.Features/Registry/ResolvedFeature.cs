using FeatureModel.Definitions;

namespace Appliance.Features.Registry;

/// <summary>A feature that a service version names, and what there is of it now.</summary>
/// <param name="Pin">What the service version was made with.</param>
/// <param name="View">The view as it is now; null where it is gone.</param>
/// <param name="Feature">The feature as it is now; null where it is gone.</param>
/// <param name="Problem">Why it can no longer be read as what it was; null where it can.</param>
public sealed record ResolvedFeature(FeaturePin Pin, FeatureViewDefinition? View, FeatureDefinition? Feature, string? Problem);

namespace FeatureModel.Definitions.Changes;

/// <summary>The features that a served model reads.</summary>
public sealed record ServedFeatures(ServedModel Model, IReadOnlySet<FeatureReference> Features);

using Appliance.Inference.Tensors;

namespace Appliance.Scoring.Features;

/// <summary>One input tensor that is filled from features. Immutable.</summary>
/// <param name="FeatureAt">For each column of a row, the index of the feature that fills it.</param>
internal sealed record BoundInput(TensorSpec Spec, int[] FeatureAt);

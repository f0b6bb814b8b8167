using FeatureModel.Values;

namespace Appliance.Features.Sampling;

/// <summary>A join key, or an input that came with the request.</summary>
public readonly record struct SampledColumn(string Name, bool IsKey, FeatureValue Value);

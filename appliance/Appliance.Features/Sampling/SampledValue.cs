using FeatureModel.Values;

namespace Appliance.Features.Sampling;

/// <summary>One feature of a sample.</summary>
/// <param name="Reference">As view:feature.</param>
/// <param name="Value">As it was served; of a default the definition's; null where there was none, and for what the caller gave.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="EventTime">Of the stored row, the oldest where several took part; 0 where none did.</param>
public readonly record struct SampledValue(string Reference, FeatureValue Value, SampledSource Source, long EventTime);

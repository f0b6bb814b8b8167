using FeatureModel.Definitions;
using FeatureModel.Values;

namespace FeatureModel.PointInTime;

/// <summary>One feature of a <see cref="PointInTimeService"/>. Immutable.</summary>
/// <param name="Reference">Its view and its name.</param>
/// <param name="Type">Type of its values.</param>
/// <param name="Default">What scoring takes where there is no value; null for nothing.</param>
/// <param name="Stored">The stored features that it is, or is computed from.</param>
public sealed record PointInTimeFeature(FeatureReference Reference, FeatureDataType Type, FeatureValue Default, IReadOnlyList<FeatureReference> Stored)
{
    /// <summary>Whether the history has what it is made of; else its values are null and mean nothing.</summary>
    public bool IsReadable { get; init; } = true;
}

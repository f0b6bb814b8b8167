using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>What a slot of an expression stands for.</summary>
/// <param name="View">The view whose feature it is; null for a column of the request.</param>
/// <param name="Name">The feature's or the column's name.</param>
/// <param name="Type">Type of its values.</param>
/// <param name="IsMoment">Whether it is the moment of the read, which no request brings.</param>
public readonly record struct OnDemandInput(string? View, string Name, FeatureDataType Type, bool IsMoment);

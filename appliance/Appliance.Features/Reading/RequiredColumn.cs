using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>A column that a request must bring for a plan.</summary>
/// <param name="Name">Its name among the entities.</param>
/// <param name="Type">Type of its values.</param>
/// <param name="View">The first view that needs it, for messages.</param>
/// <param name="IsKey">Whether it identifies entities; else it is an input of on-demand features, and may be null.</param>
public readonly record struct RequiredColumn(string Name, FeatureDataType Type, string View, bool IsKey);

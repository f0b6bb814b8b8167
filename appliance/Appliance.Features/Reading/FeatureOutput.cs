using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>One feature that a plan gives.</summary>
/// <param name="View">Name of its view.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Type">Type of its values.</param>
/// <param name="ViewRead">The view read that it comes from; -1 for an on-demand feature.</param>
/// <param name="Feature">Position among that view's features.</param>
/// <param name="Computed">The computed column that holds it; -1 for one that is read from a stored row.</param>
public readonly record struct FeatureOutput(string View, string Name, FeatureDataType Type, int ViewRead, int Feature, int Computed);

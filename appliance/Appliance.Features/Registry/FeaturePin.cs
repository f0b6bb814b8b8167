using FeatureModel.Definitions;

namespace Appliance.Features.Registry;

/// <summary>A feature as a feature service version took it.</summary>
/// <param name="View">The view's name.</param>
/// <param name="ViewVersion">The view's version at that time.</param>
/// <param name="Type">The feature's type at that time, by its word.</param>
/// <param name="Meaning">
/// The feature's meaning at that time: raised by each breaking change, so that equal numbers mean that the feature still is what it was.
/// </param>
public sealed record FeaturePin(string View, int ViewVersion, string Feature, string Type, int Meaning)
{
    public FeatureReference Reference => new(View, Feature);

    public override string ToString() => $"{Reference}, view version {ViewVersion}, {Type}, meaning {Meaning}";
}

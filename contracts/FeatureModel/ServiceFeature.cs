using FeatureModel.Values;

namespace FeatureModel;

/// <summary>One feature of a feature service, in the service's order.</summary>
/// <param name="View">Name of its view.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Type">Type of its values.</param>
public sealed record ServiceFeature(string View, string Name, FeatureDataType Type)
{
    public string Reference => $"{View}:{Name}";
}

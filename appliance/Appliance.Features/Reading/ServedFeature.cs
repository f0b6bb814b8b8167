using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>A feature as one version of its view declares it.</summary>
/// <param name="Name">Unique within its view.</param>
/// <param name="Type">Type of its values.</param>
/// <param name="Default">What scoring takes where there is no value; null for nothing.</param>
/// <param name="Dimension">Length of an embedding; 0 where lists may have any length.</param>
public sealed record ServedFeature(string Name, FeatureDataType Type, FeatureValue Default, int Dimension);

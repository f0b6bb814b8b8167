using FeatureModel.Values;

namespace Appliance.Features.Registry;

/// <summary>One column of a view's rows.</summary>
/// <param name="Dimension">Length of an embedding's vector; 0 where lists may have any length.</param>
/// <param name="Generation">
/// Raised by each change that makes stored values mean something else. A row of an older layout holds today's feature only where names and
/// generations are equal; with another generation it is a value of something else.
/// </param>
public sealed record LayoutFeature(string Name, FeatureDataType Type, int Dimension, int Generation);

using FeatureModel.Values;

namespace FeatureModel.Windows;

/// <summary>A field of the source that a plan takes from each event; its place in <see cref="WindowPlan.Fields"/> is the index it is asked by.</summary>
public sealed record WindowField(string Name, FeatureDataType Type, WindowFieldKind Kind);

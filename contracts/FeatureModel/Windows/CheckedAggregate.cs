using FeatureModel.Values;

namespace FeatureModel.Windows;

/// <summary>An aggregate whose function, field and type fit each other.</summary>
internal readonly record struct CheckedAggregate(WindowFunction Function, WindowField? Field, FeatureDataType Type);

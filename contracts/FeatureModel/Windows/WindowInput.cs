namespace FeatureModel.Windows;

/// <summary>What a track takes from an event: the value in the form that it keeps.</summary>
internal readonly record struct WindowInput(long Integer, double Number, ulong Hash);

namespace FeatureModel.Windows;

/// <summary>One feature as it is read from its track.</summary>
/// <param name="Feature">Its place in the view.</param>
/// <param name="Panes">Length of its window in panes; 0 for decayed.</param>
internal readonly record struct WindowRead(int Feature, WindowFunction Function, long Panes);

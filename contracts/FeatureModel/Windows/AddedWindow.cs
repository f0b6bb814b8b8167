namespace FeatureModel.Windows;

/// <summary>A window that a later version of a view brought, and that has not seen all events of its length from the start. Immutable.</summary>
/// <param name="Feature">Its place in the view.</param>
/// <param name="WholeFrom">From then on it holds all that it should: microseconds since 1970 UTC.</param>
public readonly record struct AddedWindow(int Feature, long WholeFrom);

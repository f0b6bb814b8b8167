namespace FeatureModel.Windows;

/// <summary>Features with equal keys share one track.</summary>
/// <param name="Field">Index in the plan's fields; -1 where every matching event counts.</param>
/// <param name="Filter">Index in the plan's filters; -1 for all events.</param>
/// <param name="Micros">Length of a pane; for decayed the half life.</param>
internal readonly record struct TrackKey(TrackKind Kind, int Field, int Filter, long Micros);

namespace FeatureModel.Windows;

/// <summary>A <see cref="TrackKey"/> with names in place of a plan's own numbers.</summary>
internal sealed record TrackIdentity(TrackKind Kind, WindowField? Field, string? Filter, long Micros);

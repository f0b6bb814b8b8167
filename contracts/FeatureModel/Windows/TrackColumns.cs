namespace FeatureModel.Windows;

/// <summary>What each pane of a number track holds. The order of the flags is the order in the pane.</summary>
[Flags]
internal enum TrackColumns : byte
{
    None = 0,
    Count = 1,
    Sum = 2,
    Min = 4,
    Max = 8,
    Last = 16,
}

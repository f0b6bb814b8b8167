namespace FeatureModel.Windows;

/// <summary>How a track keeps its state.</summary>
internal enum TrackKind : byte
{
    /// <summary>Panes of one size: <see cref="NumberPanes"/>.</summary>
    Numbers,

    /// <summary>Panes of HyperLogLog registers: <see cref="DistinctPanes"/>.</summary>
    Distinct,

    /// <summary>One value and its time: <see cref="DecayedValue"/>.</summary>
    Decayed,
}

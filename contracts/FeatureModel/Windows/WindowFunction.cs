namespace FeatureModel.Windows;

/// <summary>What a stream feature makes of the events in its window; the names in definitions are these in lower case.</summary>
public enum WindowFunction : byte
{
    Count,
    Sum,
    Min,
    Max,
    Mean,
    Last,
    Distinct,
    Decayed,
}

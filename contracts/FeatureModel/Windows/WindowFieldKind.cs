namespace FeatureModel.Windows;

/// <summary>How a plan asks an event for a field.</summary>
public enum WindowFieldKind : byte
{
    /// <summary>By <see cref="IWindowEvent.TryGetInteger"/>: int32, int64, bool as 0 or 1, timestamp as microseconds.</summary>
    Integer,

    /// <summary>By <see cref="IWindowEvent.TryGetNumber"/>: float, double.</summary>
    Number,

    /// <summary>By <see cref="IWindowEvent.TryGetTextHash"/>: string.</summary>
    Text,
}

using Appliance.Scoring.Features;

namespace Appliance.Scoring.Entities;

/// <summary>What one feature of one row was scored with, and where that came from. Valid as long as its explanation.</summary>
public readonly ref struct ExplainedFeature
{
    public FeatureSource Source { get; init; }

    /// <summary>Event time of the stored row, the oldest where several took part; microseconds since 1970; 0 where no stored row did.</summary>
    public long EventTime { get; init; }

    /// <summary>Which of the other members holds the value.</summary>
    public FeatureType Type { get; init; }

    /// <summary>The value of a double; NaN where it has none.</summary>
    public double Number { get; init; }

    /// <summary>The value of an int64; 0 or 1 for a bool.</summary>
    public long Integer { get; init; }

    /// <summary>The value of a string, UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; init; }
}

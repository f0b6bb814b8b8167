namespace Appliance.Scoring.Entities;

/// <summary>Where one value of one row came from.</summary>
/// <param name="Source">From where.</param>
/// <param name="EventTime">Of the stored row, the oldest where several took part; microseconds since 1970; 0 where no stored row did.</param>
internal readonly record struct FeatureOrigin(FeatureSource Source, long EventTime);

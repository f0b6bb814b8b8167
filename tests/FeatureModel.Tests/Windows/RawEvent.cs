namespace FeatureModel.Tests.Windows;

/// <summary>An event of the source <see cref="WindowViews.Source"/>, as brute force sees it.</summary>
internal sealed record RawEvent(
    long Micros, long Arrival, string Type, double? Amount = null, long? Points = null, string? Channel = null, long Ingest = long.MaxValue);

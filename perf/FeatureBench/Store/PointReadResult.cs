namespace FeatureBench.Store;

/// <summary>Reads a second, medians over the rounds; the ratio is the median of each pair's.</summary>
internal sealed record PointReadResult(double BareRate, double TableRate, double Ratio);

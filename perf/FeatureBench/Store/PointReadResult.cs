namespace FeatureBench.Store;

/// <summary>Reads a second, medians over the rounds; the ratio is the median of each pair's, which are listed.</summary>
internal sealed record PointReadResult(double BareRate, double TableRate, double Ratio, IReadOnlyList<double> Ratios);

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>What a candidate must keep to. One that is null is not looked at.</summary>
/// <param name="MaxErrorIncrease">Percentage points that its error rate may lie above the baseline's.</param>
/// <param name="MaxLatencyRatio">How many times the baseline's its latency may be, at <paramref name="LatencyQuantile"/>.</param>
/// <param name="LatencyQuantile">0.5 to 0.999.</param>
/// <param name="LatencySlackMs">Milliseconds that its latency may always lie above the baseline's: twice a few microseconds hurts nobody.</param>
/// <param name="MaxDisagreement">Percent of compared rows that may differ by more than the tolerance. Only shadows are compared.</param>
/// <param name="MaxPsi">Population stability index of its scores against the baseline's.</param>
/// <param name="MaxKs">Kolmogorov-Smirnov distance of them, 0 to 1.</param>
/// <param name="MinSamples">Requests of the candidate before errors, latency and disagreement are judged.</param>
/// <param name="MinScores">Scores of each side before their distributions are judged.</param>
public sealed record Guardrails(
    double? MaxErrorIncrease, double? MaxLatencyRatio, double LatencyQuantile, double LatencySlackMs, double? MaxDisagreement,
    double? MaxPsi, double? MaxKs, long MinSamples, long MinScores)
{
    /// <summary>
    /// One percentage point of errors, twice the latency at the 99th percentile (a millisecond more is always allowed), and a PSI of 0.25, which
    /// the field calls a significant shift. 50 samples: five of them in error are no accident. 500 scores: by chance alone a PSI of ten bins is then 0.04.
    /// </summary>
    public static Guardrails Default { get; } = new(1, 2, 0.99, 1, null, 0.25, null, 50, 500);
}

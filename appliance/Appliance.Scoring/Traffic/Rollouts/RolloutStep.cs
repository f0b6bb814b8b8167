namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>One step of a rollout: how much of the traffic the candidate gets, and what ends the step.</summary>
/// <param name="IsShadow">Whether the candidate gets copies whose answers go to nobody, rather than requests.</param>
/// <param name="BasisPoints">How much, in hundredths of a percent, 1 to 10,000.</param>
/// <param name="Samples">Requests, or copies, that the candidate must have ended.</param>
/// <param name="MinSeconds">Seconds that the step takes at least.</param>
/// <param name="NeedsVerdict">Whether somebody must say that the candidate's quality is good before the step ends.</param>
public sealed record RolloutStep(bool IsShadow, int BasisPoints, long Samples, int MinSeconds = 0, bool NeedsVerdict = false)
{
    /// <summary>A thousand samples tell an error rate of 1 % from none, and bring a PSI of ten bins to within 0.02.</summary>
    public const long DefaultSamples = 1_000;

    /// <summary>Shadow, 1, 10, 50 and 100 %.</summary>
    public static IReadOnlyList<RolloutStep> Default { get; } =
    [
        new(true, BucketMap.Buckets, DefaultSamples), new(false, 100, DefaultSamples), new(false, 1_000, DefaultSamples),
        new(false, 5_000, DefaultSamples), new(false, BucketMap.Buckets, DefaultSamples),
    ];

    /// <summary>The step in words: "shadow 100 %" or "10 %".</summary>
    public string Words => $"{(IsShadow ? "shadow " : "")}{Percent.Text(BasisPoints)} %";
}

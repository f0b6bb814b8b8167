namespace Appliance.Scoring.Traffic;

/// <summary>A version that gets copies of answered requests; its answers are compared and go to nobody.</summary>
/// <param name="BasisPoints">How many of the requests are copied, in hundredths of a percent, 1 to 10,000.</param>
/// <param name="Tolerance">Scores that differ by more disagree.</param>
public sealed record ShadowShare(long Version, int BasisPoints, double Tolerance)
{
    /// <summary>A tenth of a percent of a probability: less is rounding, and changes no decision.</summary>
    public const double DefaultTolerance = 1e-3;
}

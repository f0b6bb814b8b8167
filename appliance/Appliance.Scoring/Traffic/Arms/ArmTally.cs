namespace Appliance.Scoring.Traffic.Arms;

/// <summary>What an arm or a shadow did, at one moment or between two. Immutable.</summary>
/// <param name="Requests">Requests that ended, however; those that their callers gave up are left out.</param>
/// <param name="Errors">Those that were not answered.</param>
/// <param name="Durations">Of answered requests, in microseconds.</param>
/// <param name="Compared">Rows whose score was compared with the served one.</param>
/// <param name="Disagreed">Those of them that differed by more than the tolerance.</param>
/// <param name="Difference">Sum of the differences.</param>
/// <param name="Dropped">Of a shadow: copies that were not made or not run, because it was busy, they were too large or the version was away.</param>
public sealed record ArmTally(
    long Requests, long Errors, ValueCounts Durations, ValueCounts Scores, long Compared, long Disagreed, double Difference, long Dropped)
{
    public static ArmTally None { get; } = new(0, 0, ValueCounts.None, ValueCounts.None, 0, 0, 0, 0);

    /// <summary>0 to 1.</summary>
    public double ErrorRate => Requests == 0 ? 0 : (double)Errors / Requests;

    /// <summary>0 to 1.</summary>
    public double DisagreementRate => Compared == 0 ? 0 : (double)Disagreed / Compared;

    public double MeanDifference => Compared == 0 ? 0 : Difference / Compared;

    public ArmTally Plus(ArmTally more) => new(
        Requests + more.Requests, Errors + more.Errors, Durations.Plus(more.Durations), Scores.Plus(more.Scores),
        Compared + more.Compared, Disagreed + more.Disagreed, Difference + more.Difference, Dropped + more.Dropped);

    /// <summary>What was done since <paramref name="earlier"/>, of the same statistics.</summary>
    public ArmTally Minus(ArmTally earlier) => new(
        Requests - earlier.Requests, Errors - earlier.Errors, Durations.Minus(earlier.Durations), Scores.Minus(earlier.Scores),
        Compared - earlier.Compared, Disagreed - earlier.Disagreed, Difference - earlier.Difference, Dropped - earlier.Dropped);
}

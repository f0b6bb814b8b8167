namespace LakeBench.Results;

/// <summary>One measured thing.</summary>
/// <param name="What">What was done.</param>
/// <param name="Seconds">Median of its rounds.</param>
/// <param name="Yardstick">What it is held against, with its own median in seconds; null for a bound alone.</param>
/// <param name="Wanted">Seconds at most, or times of the yardstick at most; null where the figure is for information.</param>
/// <param name="Note">More that was seen, like sizes and counts.</param>
internal sealed record BenchLine(string What, double Seconds, (string Name, double Seconds)? Yardstick, double? Wanted, string Note)
{
    /// <summary>The figure that is wanted low: seconds, or times of the yardstick.</summary>
    public double Figure => Yardstick is var (_, seconds) ? Seconds / seconds : Seconds;
}

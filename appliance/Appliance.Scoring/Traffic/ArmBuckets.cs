namespace Appliance.Scoring.Traffic;

/// <summary>Which of the 10,000 buckets of callers a version has.</summary>
/// <param name="Ranges">Begins and ends (exclusive) of its buckets in turn, ascending.</param>
public sealed record ArmBuckets(long Version, IReadOnlyList<int> Ranges)
{
    /// <summary>How many it has, which is its share in hundredths of a percent.</summary>
    public int BasisPoints
    {
        get
        {
            var sum = 0;
            for (var i = 0; i + 1 < Ranges.Count; i += 2) sum += Ranges[i + 1] - Ranges[i];
            return sum;
        }
    }
}

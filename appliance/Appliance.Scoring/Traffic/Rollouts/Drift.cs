using Appliance.Scoring.Traffic.Arms;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>How far two distributions of scores lie apart. Pure.</summary>
public static class Drift
{
    private const int Bins = 10;

    /// <summary>
    /// The population stability index over ten bins that hold a tenth of the baseline each; fewer where values repeat. An empty bin counts as half a score.
    /// Below 0.1 is usually called stable, above 0.25 a shift.
    /// </summary>
    public static double Psi(ValueCounts baseline, ValueCounts candidate)
    {
        var (expected, actual) = (baseline.Total, candidate.Total);
        if (expected == 0 || actual == 0) return 0;
        var sum = 0.0;
        long inBaseline = 0, inCandidate = 0, passed = 0;
        for (var merge = new ValueMerge(baseline, candidate); merge.TryNext();)
        {
            inBaseline += merge.First;
            inCandidate += merge.Second;
            var before = passed * Bins / expected;
            passed += merge.First;
            // A bin closes with the bucket that reaches its tenth. What lies above the baseline's highest belongs to the last bin.
            if (passed == expected || passed * Bins / expected == before) continue;
            sum += Term(inBaseline, expected, inCandidate, actual);
            (inBaseline, inCandidate) = (0, 0);
        }
        return sum + Term(inBaseline, expected, inCandidate, actual);
    }

    /// <summary>The largest difference between the two cumulated distributions, 0 to 1.</summary>
    public static double Ks(ValueCounts baseline, ValueCounts candidate)
    {
        var (expected, actual) = (baseline.Total, candidate.Total);
        if (expected == 0 || actual == 0) return 0;
        double largest = 0;
        long below = 0, belowCandidate = 0;
        for (var merge = new ValueMerge(baseline, candidate); merge.TryNext();)
        {
            below += merge.First;
            belowCandidate += merge.Second;
            largest = Math.Max(largest, Math.Abs(((double)below / expected) - ((double)belowCandidate / actual)));
        }
        return largest;
    }

    private static double Term(long inBaseline, long expected, long inCandidate, long actual)
    {
        var e = Math.Max(inBaseline, 0.5) / expected;
        var a = Math.Max(inCandidate, 0.5) / actual;
        return (a - e) * Math.Log(a / e);
    }
}

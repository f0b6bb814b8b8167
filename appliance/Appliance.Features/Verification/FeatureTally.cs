using FeatureModel.Definitions;

namespace Appliance.Features.Verification;

/// <summary>What became of one feature of one model in a verification. Filled by one thread, then read.</summary>
public sealed class FeatureTally(string model, FeatureReference feature)
{
    /// <summary>Mismatches that a report shows of a feature. 5: enough to see a pattern.</summary>
    private const int MostExamples = 5;

    private readonly long[] _unverifiable = new long[UnverifiableReasons.All.Count];
    private readonly List<Mismatch> _examples = [];

    public string Model { get; } = model;

    public FeatureReference Feature { get; } = feature;

    public long Equal { get; private set; }

    public long Mismatched { get; private set; }

    /// <summary>Values that were confirmed or called wrong.</summary>
    public long Compared => Equal + Mismatched;

    /// <summary>Values that were neither.</summary>
    public long Unverifiable => _unverifiable.Sum();

    /// <summary>The greatest difference between numbers that do not match; 0 where there was none.</summary>
    public double WorstDifference { get; private set; }

    /// <summary>The first mismatches.</summary>
    public IReadOnlyList<Mismatch> Examples => _examples;

    /// <summary>Values that were not compared for that reason.</summary>
    public long UnverifiableFor(UnverifiableReason reason) => _unverifiable[(int)reason];

    internal void CountEqual() => Equal++;

    internal void Count(UnverifiableReason reason) => _unverifiable[(int)reason]++;

    internal void Count(Mismatch mismatch, double difference)
    {
        Mismatched++;
        WorstDifference = Math.Max(WorstDifference, difference);
        if (_examples.Count < MostExamples) _examples.Add(mismatch);
    }
}

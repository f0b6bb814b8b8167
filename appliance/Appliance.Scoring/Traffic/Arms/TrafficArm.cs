// Hot path of models whose requests are split.
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Traffic.Shadows;

namespace Appliance.Scoring.Traffic.Arms;

/// <summary>One version of a split: counts the requests that it was given, and has answered ones copied to the shadows. Thread-safe.</summary>
public sealed class TrafficArm(ArmBuckets buckets, ArmStatistics statistics, ShadowLane[] shadows) : IEntryObserver
{
    private ScoreProbe? _probe;

    public long Version { get; } = buckets.Version;

    /// <summary>Its share in hundredths of a percent.</summary>
    public int BasisPoints { get; } = buckets.BasisPoints;

    public ArmStatistics Statistics { get; } = statistics;

    public void Ended(BatchEntry entry, ScoreStatus status)
    {
        Span<double> scores = stackalloc double[ScoreProbe.MaxRows];
        if (status != ScoreStatus.Ok)
        {
            Statistics.Ended(entry, status, []);
            return;
        }
        var probe = ProbeOf(entry);
        // Texts are of use where they are compared, and their distribution is none of numbers.
        var rows = probe.IsText && shadows.Length == 0 ? 0 : probe.Read(entry, scores);
        Statistics.Ended(entry, status, probe.IsText ? [] : scores[..rows]);
        foreach (var shadow in shadows) shadow.Offer(entry, scores[..rows], probe.IsText);
    }

    // A version that is loaded again is another model with the same number.
    private ScoreProbe ProbeOf(BatchEntry entry)
    {
        var probe = Volatile.Read(ref _probe);
        if (probe?.Model == entry.Model) return probe!;
        probe = ScoreProbe.Of(entry.Model!);
        Volatile.Write(ref _probe, probe);
        return probe;
    }
}

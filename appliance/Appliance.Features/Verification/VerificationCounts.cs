using System.Collections.Concurrent;
using FeatureModel.Definitions;

namespace Appliance.Features.Verification;

/// <summary>Verified values of all runs of the process, by feature: for metrics, so it names no entity. Thread-safe.</summary>
public sealed class VerificationCounts
{
    public const string Equal = "equal", Mismatched = "mismatched", Unverifiable = "unverifiable";

    private readonly ConcurrentDictionary<(FeatureReference Feature, string Result), long> _counts = new();

    /// <summary>In the order of views, features and results.</summary>
    public IReadOnlyList<(FeatureReference Feature, string Result, long Count)> All =>
    [
        .. _counts.Select(c => (c.Key.Feature, c.Key.Result, c.Value))
            .OrderBy(c => c.Feature.View, StringComparer.Ordinal).ThenBy(c => c.Feature.Feature, StringComparer.Ordinal).ThenBy(c => c.Result, StringComparer.Ordinal),
    ];

    internal void Add(VerificationReport report)
    {
        foreach (var tally in report.Features)
        {
            Add(tally.Feature, Equal, tally.Equal);
            Add(tally.Feature, Mismatched, tally.Mismatched);
            Add(tally.Feature, Unverifiable, tally.Unverifiable);
        }
    }

    private void Add(FeatureReference feature, string result, long count) => _counts.AddOrUpdate((feature, result), count, (_, before) => before + count);
}

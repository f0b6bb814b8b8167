namespace Appliance.Scoring.Traffic;

/// <summary>How a model's requests are split since a call changed it. Immutable; what the traffic file holds.</summary>
/// <param name="Revision">Counts the changes of this model's traffic, from 1.</param>
/// <param name="VersionBefore">The version that had every request before they were split; 0 for none.</param>
public sealed record TrafficSetting(
    long Revision, IReadOnlyList<ArmBuckets> Arms, IReadOnlyList<ShadowShare> Shadows, long VersionBefore, string Author, string Reason, DateTimeOffset ChangedAt)
{
    /// <summary>Every version that must be ready for it.</summary>
    public IReadOnlyCollection<long> Versions => [.. Arms.Select(a => a.Version).Concat(Shadows.Select(s => s.Version)).Distinct()];

    /// <summary>The version with most of the requests; the higher of two that have as many.</summary>
    public long MainVersion => Arms.OrderByDescending(a => a.BasisPoints).ThenByDescending(a => a.Version).First().Version;

    /// <summary>Whether one version gets every request and nothing is copied: such a model is served without any of this.</summary>
    public bool IsPlain => Shadows.Count == 0 && Arms.Count == 1;
}

using System.Globalization;
using Appliance.Inference;
using Appliance.Inference.Statistics;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Arms;
using Appliance.Scoring.Traffic.Rollouts;

namespace Appliance.Host.Telemetry;

/// <summary>The families of split traffic and of rollouts. Thread-safe; costs nothing while nothing was split.</summary>
internal sealed class TrafficMetrics(TrafficTable table, RolloutController rollouts)
{
    private const string Arm = "arm", Shadow = "shadow";

    public void Write(PrometheusWriter page)
    {
        var counted = table.Statistics();
        if (counted.Count > 0) WriteArms(page, counted);
        if (rollouts.All.Count > 0) WriteRollouts(page);
    }

    private void WriteArms(PrometheusWriter page, IReadOnlyList<CountedArm> counted)
    {
        page.Begin(TrafficMetricCatalog.Share);
        foreach (var arm in counted) page.Sample(ShareOf(arm) / (double)BucketMap.Buckets, arm.Model, Text(arm.Version), RoleOf(arm));
        page.Begin(TrafficMetricCatalog.Requests);
        foreach (var arm in counted)
        {
            foreach (var status in Enum.GetValues<ScoreStatus>())
            {
                // Most outcomes never happen; ok is there from the start, so that rates can be taken.
                var count = arm.Statistics.EndedWith(status);
                if (count > 0 || status == ScoreStatus.Ok) page.Sample(count, arm.Model, Text(arm.Version), RoleOf(arm), MetricWords.Of(status));
            }
        }
        page.Begin(TrafficMetricCatalog.Durations);
        var bounds = PhaseHistogram.BoundsMicroseconds.ToArray().Select(b => b / 1e6).ToArray();
        foreach (var arm in counted)
        {
            var durations = arm.Statistics.Durations;
            page.Histogram(bounds, durations.Counts(), durations.SumNanoseconds / 1e9, arm.Model, Text(arm.Version), RoleOf(arm));
        }
        page.Begin(TrafficMetricCatalog.Rerouted);
        foreach (var arm in counted.Where(a => !a.IsShadow)) page.Sample(arm.Statistics.ReroutedCount, arm.Model, Text(arm.Version));
        WriteShadows(page, [.. counted.Where(a => a.IsShadow)]);
    }

    private void WriteShadows(PrometheusWriter page, IReadOnlyList<CountedArm> shadows)
    {
        page.Begin(TrafficMetricCatalog.ShadowCompared);
        foreach (var shadow in shadows)
        {
            var (compared, disagreed) = shadow.Statistics.Comparisons;
            page.Sample(compared - disagreed, shadow.Model, Text(shadow.Version), "agreed");
            page.Sample(disagreed, shadow.Model, Text(shadow.Version), "disagreed");
        }
        page.Begin(TrafficMetricCatalog.ShadowDropped);
        foreach (var shadow in shadows)
        {
            page.Sample(shadow.Statistics.Busy, shadow.Model, Text(shadow.Version), "busy");
            page.Sample(shadow.Statistics.TooLarge, shadow.Model, Text(shadow.Version), "too_large");
            page.Sample(shadow.Statistics.Away, shadow.Model, Text(shadow.Version), "away");
        }
        page.Begin(TrafficMetricCatalog.ShadowWaiting);
        foreach (var shadow in shadows)
        {
            var lane = table.RouteOf(shadow.Model)?.Split?.Shadows.FirstOrDefault(s => s.Share.Version == shadow.Version);
            page.Sample(lane?.Waiting ?? 0, shadow.Model, Text(shadow.Version));
        }
    }

    private void WriteRollouts(PrometheusWriter page)
    {
        var latest = rollouts.All.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => r.Value[^1]).ToArray();
        page.Begin(TrafficMetricCatalog.RolloutState);
        foreach (var rollout in latest)
        {
            foreach (var status in Enum.GetValues<RolloutStatus>()) page.Sample(rollout.Status == status ? 1 : 0, rollout.Model, MetricWords.Of(status));
        }
        page.Begin(TrafficMetricCatalog.RolloutStep);
        foreach (var rollout in latest) page.Sample(rollout.Step + 1, rollout.Model);
    }

    private int ShareOf(CountedArm arm) => arm.IsShadow
        ? table.SettingOf(arm.Model)?.Shadows.FirstOrDefault(s => s.Version == arm.Version)?.BasisPoints ?? 0
        : table.ShareOf(arm.Model, arm.Version);

    private static string RoleOf(CountedArm arm) => arm.IsShadow ? Shadow : Arm;

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}

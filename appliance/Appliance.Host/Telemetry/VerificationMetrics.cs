using Appliance.Features;

namespace Appliance.Host.Telemetry;

/// <summary>The families about samples of what was served, and what their replay found.</summary>
internal static class VerificationMetrics
{
    public static void Write(PrometheusWriter page, FeaturePlatform platform)
    {
        page.Begin(FeatureMetricCatalog.Samples);
        page.Sample(platform.Samples.Written, "written");
        page.Sample(platform.Samples.Dropped, "dropped");
        page.Begin(FeatureMetricCatalog.Verified);
        foreach (var (feature, result, count) in platform.Verification.Counts.All) page.Sample(count, feature.View, feature.Feature, result);
    }
}

using Appliance.Features;

namespace Appliance.Host.Telemetry;

/// <summary>The families about samples of what was served, and what their replay found. Thread-safe.</summary>
internal sealed class VerificationMetrics(FeaturePlatform platform)
{
    public void Write(PrometheusWriter page)
    {
        page.Begin(MetricCatalog.FeaturesVerified);
        foreach (var (feature, result, count) in platform.Verification.Counts.All) page.Sample(count, feature.View, feature.Feature, result);
        page.Begin(MetricCatalog.FeatureSamples);
        page.Sample(platform.Samples.Written, "written");
        page.Sample(platform.Samples.Dropped, "dropped");
    }
}

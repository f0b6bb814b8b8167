using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Telemetry;

/// <summary>The families about the features that models were given.</summary>
internal static class ServedFeatureMetrics
{
    public static void Write(PrometheusWriter page, IReadOnlyList<ServingModel> models)
    {
        page.Begin(FeatureMetricCatalog.FeaturesDuration);
        foreach (var model in models) page.Sample(model.Statistics.Features.Reads.Nanoseconds / 1e3, model.Name, model.VersionText);
        page.Begin(FeatureMetricCatalog.FeaturesHistogram);
        foreach (var model in models) ModelMetrics.WritePhase(page, model.Statistics.Features.ReadDurations, model);
        page.Begin(FeatureMetricCatalog.FeaturesServed);
        foreach (var model in models)
        {
            var features = model.Statistics.Features;
            page.Sample(features.Given, model.Name, model.VersionText, "given");
            page.Sample(features.Stored, model.Name, model.VersionText, "stored");
            page.Sample(features.Stale, model.Name, model.VersionText, "stale");
            page.Sample(features.Defaulted, model.Name, model.VersionText, "defaulted");
        }
    }
}

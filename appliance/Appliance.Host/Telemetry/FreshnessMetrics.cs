using Appliance.Features;
using Appliance.Features.Ingest;
using Appliance.Features.Reading;

namespace Appliance.Host.Telemetry;

/// <summary>The families about how fresh the views are that are served now and have had an event.</summary>
internal static class FreshnessMetrics
{
    /// <param name="now">Microseconds since 1970.</param>
    public static void Write(PrometheusWriter page, FeaturePlatform platform, long now)
    {
        var freshness = platform.Statistics.Freshness;
        var stored = platform.Catalog.Current.Views.Where(v => v.Kind != ViewKind.OnDemand).OrderBy(v => v.Name, StringComparer.Ordinal);
        List<(ServedView View, ViewFreshness Of)> known = [.. from view in stored let of = freshness.Of(view) where of is not null select (view, of)];
        page.Begin(FeatureMetricCatalog.EventToReadable);
        foreach (var (view, of) in known) page.Histogram(of.EventToReadable, view.Name, MetricWords.Of(view.Kind));
        page.Begin(FeatureMetricCatalog.NewestEventAge);
        foreach (var (view, of) in known)
        {
            if (of.NewestEventTime is { } newest) page.Sample(Math.Max(0, now - newest) / PrometheusTime.MicrosPerSecond, view.Name, MetricWords.Of(view.Kind));
        }
    }
}

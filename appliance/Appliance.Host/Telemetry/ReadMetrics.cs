using Appliance.Features;
using Appliance.Features.Reading;
using Appliance.Host.Rest.Features;

namespace Appliance.Host.Telemetry;

/// <summary>The families about reads of features.</summary>
internal static class ReadMetrics
{
    private static readonly ReadTransport[] Transports = Enum.GetValues<ReadTransport>();

    private static readonly FeatureStatus[] Statuses = [.. Enum.GetValues<FeatureStatus>().Where(s => s != FeatureStatus.Invalid)];

    public static void Write(PrometheusWriter page, FeaturePlatform platform)
    {
        var reads = platform.Reads;
        page.Begin(FeatureMetricCatalog.ReadDuration);
        foreach (var transport in Transports)
        {
            page.HistogramOfMicros(ReadStatistics.BoundsMicros, reads.DurationsOf(transport), reads.MicrosOf(transport), MetricWords.Of(transport));
        }
        page.Begin(FeatureMetricCatalog.ReadEntities);
        foreach (var transport in Transports) page.Sample(reads.EntitiesOf(transport), MetricWords.Of(transport));
        page.Begin(FeatureMetricCatalog.ReadsRefused);
        foreach (var transport in Transports) page.Sample(reads.RefusedOf(transport), MetricWords.Of(transport));
        page.Begin(FeatureMetricCatalog.Values);
        foreach (var view in platform.Catalog.Current.ViewNames.Order(StringComparer.Ordinal))
        {
            foreach (var status in Statuses) page.Sample(reads.ValuesOf(view, status) ?? 0, view, status.Word().Value);
        }
    }
}

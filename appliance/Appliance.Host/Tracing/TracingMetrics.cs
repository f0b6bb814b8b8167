using Appliance.Host.Telemetry;

namespace Appliance.Host.Tracing;

/// <summary>What became of traces. Thread-safe.</summary>
internal sealed class TracingMetrics(RequestTracing tracing, TraceExporter exporter)
{
    public void Write(PrometheusWriter page)
    {
        page.Begin(TracingMetricCatalog.Traces);
        page.Sample(exporter.Exported, "exported");
        page.Sample(tracing.Dropped, "dropped");
        page.Sample(exporter.Failed, "failed");
        page.One(TracingMetricCatalog.Waiting, tracing.Finished.Count);
    }
}

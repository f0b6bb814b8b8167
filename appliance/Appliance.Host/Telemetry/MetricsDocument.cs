using System.Text;
using Appliance.Host.Telemetry.Gpu;

namespace Appliance.Host.Telemetry;

/// <summary>docs/metrics.md, made from the catalogs.</summary>
internal static class MetricsDocument
{
    public static string Render()
    {
        var text = new StringBuilder();
        text.Append("# Metrics\n\n");
        text.Append("Served at `/metrics` on the metrics port in the Prometheus text format 0.0.4, and to scrapers that take it in the OpenMetrics format 1.0.0: there the buckets of phases have exemplars, the traces of requests that fell into them ([how](observability.md)). ");
        text.Append("This file is made from the code: `appliance docs metrics > docs/metrics.md`.\n\n");
        text.Append("Histograms have fixed buckets, so those of several appliances add up. ");
        text.Append("A family that has nothing to show is left out of the page.\n\n");
        AppendTable(text, MetricCatalog.All);
        text.Append("\n## Traffic\n\n");
        text.Append("On the page once requests of a model were split, copied to a shadow or rolled out. `docs/traffic.md` says what is behind them.\n\n");
        AppendTable(text, TrafficMetricCatalog.All);
        text.Append("\n## Features\n\n");
        text.Append("On the page of an appliance that serves features. Families of Kafka are there where events come from it. ");
        text.Append("`deploy/prometheus/features.rules.yml` alerts on them and records the store's hit ratio.\n\n");
        AppendTable(text, FeatureMetricCatalog.All);
        text.Append("\n## Security\n\n");
        text.Append("On the page of an appliance with certificates, keys or an audit log: see [security.md](security.md).\n\n");
        AppendTable(text, SecurityMetricCatalog.All);
        text.Append("\n## Traces\n\n");
        text.Append("On the page of an appliance that traces requests: see [observability.md](observability.md).\n\n");
        AppendTable(text, TracingMetricCatalog.All);
        text.Append("\n## GPUs\n\n");
        text.Append("On the page of an appliance on a machine with NVIDIA's driver, whose `libnvidia-ml.so.1` is asked at each scrape; a value that a device does not have is left out. ");
        text.Append("The names of NVIDIA's own exporter are there for its dashboards. Tested with a library that answers in the driver's place; no GPU was read here.\n\n");
        AppendTable(text, GpuMetricCatalog.All);
        return text.ToString();
    }

    private static void AppendTable(StringBuilder text, IReadOnlyList<MetricDefinition> metrics)
    {
        text.Append("| metric | type | unit | labels | what it counts |\n|---|---|---|---|---|\n");
        foreach (var metric in metrics)
        {
            var labels = string.Join(", ", metric.Labels.Select(l => $"`{l}`"));
            var type = metric.Kind.ToString().ToLowerInvariant();
            text.Append($"| `{metric.Name}` | {type} | {metric.Unit} | {labels} | {metric.Help.Replace("|", "\\|")} |\n");
        }
    }
}

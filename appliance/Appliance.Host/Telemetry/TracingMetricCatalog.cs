using static Appliance.Host.Telemetry.MetricKind;

namespace Appliance.Host.Telemetry;

/// <summary>The metrics about traces, in the order of the page.</summary>
internal static class TracingMetricCatalog
{
    public static readonly MetricDefinition Traces = new(
        "appliance_traces_total", Counter, "{request}",
        "Traced requests by what became of their traces. exported: the collector took them; dropped: too many waited; failed: the collector did not take them.", "outcome");
    public static readonly MetricDefinition Waiting = new(
        "appliance_traces_waiting", Gauge, "{request}",
        "Traced requests whose traces wait to be sent.");

    public static IReadOnlyList<MetricDefinition> All { get; } = [Traces, Waiting];
}

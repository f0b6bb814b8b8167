namespace Appliance.Host.Telemetry;

/// <summary>The metric types of the exposition format that are used here.</summary>
internal enum MetricKind : byte
{
    Counter,
    Gauge,
    Histogram,
}

using Appliance.Host.Security;
using Appliance.Host.Security.Audit;
using Appliance.Host.Security.Tls;
using Appliance.Host.Telemetry.Gpu;
using Appliance.Host.Tracing;
using Appliance.Scoring;

namespace Appliance.Host.Telemetry;

/// <summary>The whole metrics page, in the catalogs' order. Thread-safe.</summary>
/// <param name="features">Null where the appliance serves no features.</param>
/// <param name="security">Null where nothing of security is configured.</param>
/// <param name="certificates">Null without TLS.</param>
/// <param name="tracing">Null where requests are not traced.</param>
/// <param name="gpus">Null where nobody looked for any.</param>
/// <param name="audit">Null where nothing is written down.</param>
internal sealed class MetricsPage(
    ModelMetrics models, LifecycleMetrics lifecycle, MachineMetrics machine, AdmissionGate gate, TrafficMetrics traffic, FeatureMetrics? features = null,
    SecurityMetrics? security = null, TlsCertificates? certificates = null, SecurityOptions? options = null, TracingMetrics? tracing = null,
    GpuMetrics? gpus = null, AuditLog? audit = null)
{
    public void Write(PrometheusWriter page)
    {
        var versions = models.Versions();
        models.WriteInference(page, versions);
        lifecycle.WriteDurations(page);
        machine.Write(page);
        models.WriteBatching(page, versions);
        page.Begin(MetricCatalog.RequestsRefused);
        page.Sample(gate.Refused, "concurrency", "", "");
        ModelMetrics.WriteRefusals(page, versions);
        lifecycle.WriteStates(page);
        ModelMetrics.WriteLeases(page, versions);
        page.Begin(MetricCatalog.RequestsInside);
        page.Sample(gate.Inside);
        ProcessMetrics.Write(page);
        traffic.Write(page);
        features?.Write(page, versions);
        if (options is { IsOn: true }) security?.Write(page, certificates?.Current.NotAfter, audit?.Lines);
        tracing?.Write(page);
        gpus?.Write(page);
    }
}

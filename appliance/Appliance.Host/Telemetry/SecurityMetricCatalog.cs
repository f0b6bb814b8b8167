using static Appliance.Host.Telemetry.MetricKind;

namespace Appliance.Host.Telemetry;

/// <summary>The metrics of security, in the order of the page. They are there where certificates, keys or an audit log are configured.</summary>
internal static class SecurityMetricCatalog
{
    public static readonly MetricDefinition Calls = new(
        "appliance_security_calls_total", Counter, "{call}",
        "Calls by how their callers were received. authenticated: known, and allowed; no_credentials, unknown_key, unknown_certificate: not known; "
        + "role: not allowed; model: allowed, but not about that model; rate: too many; not_local: administration from elsewhere where nobody is asked; audit: could not be written down.", "outcome");
    public static readonly MetricDefinition Reloads = new(
        "appliance_security_reloads_total", Counter, "{reload}",
        "Changed files of certificates or keys by whether they could be used; those before stay in force where they could not.", "files", "outcome");
    public static readonly MetricDefinition CertificateEnd = new(
        "appliance_security_certificate_end_time_seconds", Gauge, "s",
        "When the server's certificate is no longer valid, since the Unix epoch.");
    public static readonly MetricDefinition AuditLines = new(
        "appliance_security_audit_lines_total", Counter, "{line}",
        "Lines of the audit log, from its first and not only since the start: one before and one after each call of administration, and one for each that a known caller was refused.");

    public static IReadOnlyList<MetricDefinition> All { get; } = [Calls, Reloads, CertificateEnd, AuditLines];
}

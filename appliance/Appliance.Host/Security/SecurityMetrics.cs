using Appliance.Host.Security.Calls;
using Appliance.Host.Telemetry;

namespace Appliance.Host.Security;

/// <summary>What security counts: outcomes alone, nobody's name. Thread-safe.</summary>
internal sealed class SecurityMetrics
{
    private static readonly Refusal[] Outcomes = Enum.GetValues<Refusal>();

    private readonly long[] _calls = new long[Outcomes.Length];
    private readonly Dictionary<string, (long Taken, long Refused)> _reloads = [];

    // Guards _reloads.
    private readonly Lock _gate = new();

    /// <summary>Counts a call by how it was received; <see cref="Refusal.None"/> for one whose caller is known and may make it.</summary>
    public void Called(Refusal outcome) => Interlocked.Increment(ref _calls[(int)outcome]);

    /// <summary>Counts a file that changed.</summary>
    public void Reloaded(string files, bool succeeded)
    {
        lock (_gate)
        {
            var (taken, refused) = _reloads.GetValueOrDefault(files);
            _reloads[files] = succeeded ? (taken + 1, refused) : (taken, refused + 1);
        }
    }

    public long CallsOf(Refusal outcome) => Interlocked.Read(ref _calls[(int)outcome]);

    /// <param name="certificateEnds">When the server's certificate does; null without one.</param>
    /// <param name="auditLines">Lines of the audit log; null without one.</param>
    public void Write(PrometheusWriter page, DateTimeOffset? certificateEnds, long? auditLines)
    {
        page.Begin(SecurityMetricCatalog.Calls);
        foreach (var outcome in Outcomes) page.Sample(CallsOf(outcome), outcome.Word());
        page.Begin(SecurityMetricCatalog.Reloads);
        lock (_gate)
        {
            foreach (var (files, counts) in _reloads.OrderBy(r => r.Key, StringComparer.Ordinal))
            {
                page.Sample(counts.Taken, files, "taken");
                page.Sample(counts.Refused, files, "refused");
            }
        }
        if (certificateEnds is { } ends)
        {
            page.Begin(SecurityMetricCatalog.CertificateEnd);
            page.Sample(ends.ToUnixTimeSeconds());
        }
        if (auditLines is not { } lines) return;
        page.Begin(SecurityMetricCatalog.AuditLines);
        page.Sample(lines);
    }
}

namespace Appliance.Host.Security.Audit;

/// <summary>What a verification found.</summary>
/// <param name="Head">The last line that is sound.</param>
/// <param name="Fault">The first line that is not, and why; null where the log is whole.</param>
/// <param name="Unfinished">Calls that began and of which nothing says how they ended: the process ended meanwhile, or they still run.</param>
internal sealed record AuditVerdict(AuditHead Head, string? Fault, int Unfinished);

namespace Appliance.Host.Security.Audit;

/// <summary>Where a line stands: its file, and its place in it from 1.</summary>
internal readonly record struct AuditLine(string File, int Line)
{
    public override string ToString() => $"{Path.GetFileName(File)} line {Line}";
}

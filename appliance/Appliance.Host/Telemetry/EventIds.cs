namespace Appliance.Host.Telemetry;

/// <summary>The id of every log event of the host: 2000 to 2999. An id is never used for another event.</summary>
internal static class EventIds
{
    public const int Starting = 2000;
    public const int Stopping = 2001;
    public const int Settings = 2002;
    public const int ServiceUnreadable = 2003;
    public const int ServiceReadable = 2004;
    public const int SecurityReloaded = 2010;
    public const int SecurityNotReloaded = 2011;
    public const int AuditFailed = 2012;
    public const int AuditHeadFailed = 2013;
    public const int Profile = 2020;
    public const int TracesFailing = 2030;
    public const int TracesRecovered = 2031;
    public const int GpuLibraryAbsent = 2032;
}

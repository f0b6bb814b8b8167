using Appliance.Host.Telemetry;

namespace Appliance.Host.Security;

/// <summary>Log events of security. None holds a key, a request or a principal's name.</summary>
internal static partial class SecurityEvents
{
    [LoggerMessage(EventIds.SecurityReloaded, LogLevel.Information, "Security: {What} were read again.")]
    public static partial void Reloaded(ILogger logger, string what);

    [LoggerMessage(EventIds.SecurityNotReloaded, LogLevel.Error, "Security: {What} have changed and cannot be used; those before stay in force. {Reason}")]
    public static partial void NotReloaded(ILogger logger, string what, string reason);

    [LoggerMessage(EventIds.AuditFailed, LogLevel.Error, "The audit log cannot be written, and administration is refused until it can. {Reason}")]
    public static partial void AuditFailed(ILogger logger, string reason);

    [LoggerMessage(EventIds.AuditHeadFailed, LogLevel.Warning, "The head of the audit log cannot be written; it is tried again with the next line. {Reason}")]
    public static partial void AuditHeadFailed(ILogger logger, string reason);
}

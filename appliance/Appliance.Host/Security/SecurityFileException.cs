namespace Appliance.Host.Security;

/// <summary>A file of certificates or keys cannot be used at the start, or the audit log cannot be opened: the message names it and says why.</summary>
internal sealed class SecurityFileException(string message, Exception? cause = null) : Exception(message, cause);

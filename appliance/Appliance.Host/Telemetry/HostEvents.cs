namespace Appliance.Host.Telemetry;

/// <summary>The host's own log events.</summary>
internal static partial class HostEvents
{
    [LoggerMessage(EventIds.Starting, LogLevel.Information, "Appliance {Version} starts on {Runtime}.")]
    public static partial void Starting(ILogger logger, string version, string runtime);

    [LoggerMessage(EventIds.Stopping, LogLevel.Information, "Stopping: no new request is taken, those inside are answered.")]
    public static partial void Stopping(ILogger logger);
}

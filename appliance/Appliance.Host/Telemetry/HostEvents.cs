namespace Appliance.Host.Telemetry;

/// <summary>The host's own log events.</summary>
internal static partial class HostEvents
{
    [LoggerMessage(EventIds.Starting, LogLevel.Information, "Appliance {Version} starts on {Runtime}.")]
    public static partial void Starting(ILogger logger, string version, string runtime);

    [LoggerMessage(EventIds.Settings, LogLevel.Information, "Settings in force: {Settings}")]
    public static partial void Settings(ILogger logger, string settings);

    [LoggerMessage(EventIds.Profile, LogLevel.Information, "Hardware profile {Profile}: {Reason}.")]
    public static partial void Profile(ILogger logger, string profile, string reason);

    [LoggerMessage(EventIds.Stopping, LogLevel.Information, "Stopping: no new request is taken, those inside are answered.")]
    public static partial void Stopping(ILogger logger);
}

using System.Text.Json;

namespace Appliance.Host.Telemetry;

/// <summary>Logs as JSON, one object a line, UTC, without anything of a request.</summary>
public static class LoggingRegistration
{
    public static ILoggingBuilder AddJsonLogs(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        // Below warning the web stack logs paths, hosts and call names: they are the callers' business.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Warning);
        // The host's own request logging makes an object per request even when it writes nothing.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        return logging.AddJsonConsole(options =>
        {
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            options.IncludeScopes = false;
            options.JsonWriterOptions = new JsonWriterOptions { Indented = false };
        });
    }
}

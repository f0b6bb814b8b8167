using System.Text.Json;
using Appliance.Inference;

namespace Appliance.Host.Rest.V2;

/// <summary>The protocol's error body: <c>{"error": "..."}</c>.</summary>
internal static class V2Error
{
    public static Task SendAsync(HttpContext context, ScoreStatus status, string? message)
    {
        if (!context.RequestAborted.IsCancellationRequested) return SendAsync(context, status.ToHttp(), message ?? status.DefaultMessage());
        // There is nobody left to read a body; the status is for logs and metrics.
        if (!context.Response.HasStarted) context.Response.StatusCode = status.ToHttp();
        return Task.CompletedTask;
    }

    public static Task SendAsync(HttpContext context, int httpStatus, string message) =>
        JsonReply.SendAsync(context, httpStatus, message, static (json, text) => Write(json, text));

    public static Task MethodNotAllowedAsync(HttpContext context) =>
        SendAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");

    public static Task UnknownUrlAsync(HttpContext context) => SendAsync(context, StatusCodes.Status404NotFound, "Not Found");

    public static Task UnsupportedAsync(HttpContext context, string what) => SendAsync(context, ScoreStatus.Unsupported, $"{what} is not supported");

    private static void Write(Utf8JsonWriter json, string message)
    {
        json.WriteStartObject();
        json.WriteString("error"u8, message);
        json.WriteEndObject();
    }
}

using System.Text;

namespace Appliance.Host.Rest.Features;

/// <summary>Answers of Feast's HTTP server that are no features: errors as <c>{"detail": "..."}</c>, and <c>null</c> for what was taken.</summary>
internal static class FeastReply
{
    private static readonly byte[] Null = Encoding.UTF8.GetBytes("null");

    public static Task RefuseAsync(HttpContext context, RequestRefusal refusal) =>
        RefuseAsync(context, refusal.Unknown ? StatusCodes.Status404NotFound : StatusCodes.Status422UnprocessableEntity, refusal.Message);

    public static Task RefuseAsync(HttpContext context, int status, string message) => JsonReply.SendAsync(context, status, message, static (json, text) =>
    {
        json.WriteStartObject();
        json.WriteString("detail"u8, text);
        json.WriteEndObject();
    });

    public static Task MethodNotAllowedAsync(HttpContext context) => RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");

    /// <summary>A status without a body.</summary>
    public static Task SendHealthAsync(HttpContext context, bool isHealthy)
    {
        context.Response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    public static ValueTask SendNullAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Null.Length;
        return context.Response.Body.WriteAsync(Null);
    }
}

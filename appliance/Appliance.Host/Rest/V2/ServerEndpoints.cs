using System.Text.Json;
using Appliance.Host.Health;

namespace Appliance.Host.Rest.V2;

/// <summary>What the server says of itself: <c>/v2</c>, <c>/v2/health/live</c>, <c>/v2/health/ready</c>.</summary>
internal sealed class ServerEndpoints(Readiness readiness)
{
    public Task MetadataAsync(HttpContext context) => JsonReply.SendAsync(context, StatusCodes.Status200OK, 0, static (json, _) =>
    {
        json.WriteStartObject();
        json.WriteString("name"u8, ServerIdentity.Name);
        json.WriteString("version"u8, ServerIdentity.Version);
        json.WriteStartArray("extensions"u8);
        foreach (var extension in ServerIdentity.Extensions) json.WriteStringValue(extension);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public Task LiveAsync(HttpContext context) => SendFlagAsync(context, "live", true);

    public Task ReadyAsync(HttpContext context) => SendFlagAsync(context, "ready", readiness.Ready);

    private static Task SendFlagAsync(HttpContext context, string name, bool value) => JsonReply.SendAsync(
        context, value ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, (name, value), static (json, flag) =>
        {
            json.WriteStartObject();
            json.WriteBoolean(flag.name, flag.value);
            json.WriteEndObject();
        });
}

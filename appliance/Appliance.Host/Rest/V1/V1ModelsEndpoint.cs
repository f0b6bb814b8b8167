using Appliance.Host.Rest.V2;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Rest.V1;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{model}</c>: which models there are, and whether one is ready. Thread-safe.</summary>
internal sealed class V1ModelsEndpoint(ModelDirectory directory, TrafficTable traffic)
{
    public Task ListAsync(HttpContext context) => JsonReply.SendAsync(context, StatusCodes.Status200OK, directory, static (json, models) =>
    {
        json.WriteStartObject();
        json.WriteStartArray("models"u8);
        foreach (var slot in models.Slots)
        {
            if (slot.Ready.Any()) json.WriteStringValue(slot.Name);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>404 for a model that is not known, 503 for one that has no version to answer with.</summary>
    public Task ReadyAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["model"]!;
        if (!directory.TryFind(name, out var slot)) return V2Error.SendAsync(context, StatusCodes.Status404NotFound, $"Request for unknown model: '{name}' is not found");
        var ready = slot.Find(traffic.MainVersion(name)) is not null;
        return JsonReply.SendAsync(context, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, (name, ready), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("name"u8, answer.name);
            json.WriteBoolean("ready"u8, answer.ready);
            json.WriteEndObject();
        });
    }
}

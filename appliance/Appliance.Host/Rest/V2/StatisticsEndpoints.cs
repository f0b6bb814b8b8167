using Appliance.Inference;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Rest.V2;

/// <summary>Counters of model versions: the protocol's statistics, and this appliance's own account of its batches.</summary>
internal sealed class StatisticsEndpoints(ModelFinder models, TimeProvider time)
{
    /// <summary>Every ready version of every model.</summary>
    public Task AllAsync(HttpContext context) => SendAsync(context, models.Slots.SelectMany(s => s.Ready.Reverse()));

    public Task OfModelAsync(HttpContext context)
    {
        var status = models.FindAll(context, out var found, out var error);
        return status == ScoreStatus.Ok ? SendAsync(context, found) : V2Error.SendAsync(context, status, error);
    }

    public Task BatchesAsync(HttpContext context)
    {
        var status = models.Find(context, out _, out var model, out var error);
        return status == ScoreStatus.Ok
            ? JsonReply.SendAsync(context, StatusCodes.Status200OK, (model!, time), static (json, s) => BatchesJson.Write(json, s.Item1, s.time))
            : V2Error.SendAsync(context, status, error);
    }

    private static Task SendAsync(HttpContext context, IEnumerable<ServingModel> models) =>
        JsonReply.SendAsync(context, StatusCodes.Status200OK, models, static (json, all) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("model_stats"u8);
            foreach (var model in all) StatisticsJson.Write(json, model);
            json.WriteEndArray();
            json.WriteEndObject();
        });
}

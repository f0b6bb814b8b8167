using System.Text.Json;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Rest.V2;

/// <summary>What a model version says of itself: metadata, configuration, readiness.</summary>
internal sealed class ModelEndpoints(ModelFinder models)
{
    public Task MetadataAsync(HttpContext context)
    {
        var status = models.Find(context, out var slot, out var model, out var error);
        return status == ScoreStatus.Ok
            ? JsonReply.SendAsync(context, StatusCodes.Status200OK, (slot!, model!), static (json, found) => WriteMetadata(json, found.Item1, found.Item2))
            : V2Error.SendAsync(context, status, error);
    }

    public Task ConfigAsync(HttpContext context)
    {
        var status = models.Find(context, out _, out var model, out var error);
        return status == ScoreStatus.Ok
            ? JsonReply.SendAsync(context, StatusCodes.Status200OK, model!.Config, static (json, config) => ProtoJson.Write(json, config))
            : V2Error.SendAsync(context, status, error);
    }

    /// <summary>400 with a body that says so when the model is not ready or not known: probes look at the status code alone.</summary>
    public Task ReadyAsync(HttpContext context)
    {
        var ready = models.Find(context, out _, out _, out _) == ScoreStatus.Ok;
        var name = (string)context.Request.RouteValues["model"]!;
        return JsonReply.SendAsync(context, ready ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, (name, ready), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("name"u8, answer.name);
            json.WriteBoolean("ready"u8, answer.ready);
            json.WriteEndObject();
        });
    }

    private static void WriteMetadata(Utf8JsonWriter json, ModelSlot slot, ServingModel model)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, model.Name);
        json.WriteStartArray("versions"u8);
        foreach (var version in slot.Ready.Reverse()) json.WriteStringValue(version.VersionText);
        json.WriteEndArray();
        json.WriteString("platform"u8, model.Config.Platform);
        WriteTensors(json, "inputs"u8, model.Signature.Inputs);
        WriteTensors(json, "outputs"u8, model.Signature.Outputs);
        json.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter json, ReadOnlySpan<byte> name, TensorSpec[] specs)
    {
        json.WriteStartArray(name);
        foreach (var spec in specs)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, spec.Utf8Name);
            json.WriteString("datatype"u8, spec.Datatype.Utf8Name());
            json.WriteStartArray("shape"u8);
            foreach (var dim in spec.Shape) json.WriteNumberValue(dim);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

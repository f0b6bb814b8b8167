using System.Globalization;
using System.Text.Json;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Features;
using Appliance.Scoring.Traffic;
using FeatureModel.Values;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Business;

/// <summary><c>GET /api/predict/{modelName}</c>: what a caller must send, and what comes back. Thread-safe.</summary>
internal sealed class DescribeEndpoint(ModelDirectory directory, TrafficTable traffic, StoredFeatures stored, ObjectPool<EnvelopeWriter> envelopes)
{
    public async Task GetAsync(HttpContext context)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        var code = Write(context, envelope, requestId);
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }

    private int Write(HttpContext context, EnvelopeWriter envelope, string requestId)
    {
        var name = (string)context.GetRouteValue(PredictEndpoint.ModelName)!;
        var query = context.Request.Query["version"];
        var version = 0L;
        if (query.Count > 0 && (!long.TryParse(query[0], NumberStyles.None, CultureInfo.InvariantCulture, out version) || version < 1))
        {
            return Refuse(StatusCodes.Status400BadRequest, $"version is \"{query[0]}\"; it must be a whole number from 1", "version");
        }
        if (!directory.TryFind(name, out var slot))
        {
            return Refuse(StatusCodes.Status404NotFound, $"Request for unknown model: '{name}' is not found", null);
        }
        var model = slot.Find(version != 0 ? version : traffic.MainVersion(name));
        if (model is null)
        {
            return version != 0
                ? Refuse(StatusCodes.Status404NotFound, $"Request for unknown model: '{name}' version {version} is not found", "version")
                : Refuse(StatusCodes.Status503ServiceUnavailable, $"Request for unknown model: '{name}' has no available versions", null);
        }
        var binding = FeatureBinding.Of(model);
        if (binding.Refusal is not null)
        {
            return Refuse(StatusCodes.Status400BadRequest, $"model '{name}' cannot be scored by name: {binding.Refusal}", null);
        }
        WriteDescription(envelope, model, binding, requestId);
        return StatusCodes.Status200OK;

        int Refuse(int code, string message, string? field)
        {
            envelope.WriteError(code, message, field, requestId);
            return code;
        }
    }

    private void WriteDescription(EnvelopeWriter envelope, ServingModel model, FeatureBinding binding, string requestId)
    {
        envelope.BeginData();
        var json = envelope.Json;
        json.WriteStartObject();
        json.WriteString("model", model.Name);
        json.WriteString("modelVersion", model.VersionText);
        if (binding.Description is not null) json.WriteString("description", binding.Description);
        json.WriteNumber("maxRows", binding.MaxRows);
        var service = stored.BindingOf(model, binding);
        if (service is not null) WriteService(json, service);
        json.WriteStartArray("features");
        for (var i = 0; i < binding.Features.Length; i++) WriteFeature(json, binding.Features[i], service, i);
        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach (var score in binding.Scores) WriteScore(json, score);
        json.WriteEndArray();
        json.WriteEndObject();
        envelope.End(requestId);
    }

    private static void WriteService(Utf8JsonWriter json, EntityBinding service)
    {
        json.WriteStartObject("featureService");
        json.WriteString("name", service.Service);
        json.WriteNumber("version", service.Version);
        json.WriteBoolean("readable", service.IsReadable);
        if (service.Problem is not null) json.WriteString("problem", service.Problem);
        json.WriteStartArray("entity");
        foreach (var key in service.Keys)
        {
            json.WriteStartObject();
            json.WriteString("name", key.Name);
            json.WriteString("type", key.Type.Name());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBoolean("takesUserId", service.TakesUserId);
        json.WriteEndObject();
    }

    private static void WriteFeature(Utf8JsonWriter json, BoundFeature feature, EntityBinding? service, int index)
    {
        json.WriteStartObject();
        json.WriteString("name", feature.Name);
        json.WriteString("type", feature.Type.Name());
        json.WriteBoolean("required", feature.Required);
        if (service is not null)
        {
            json.WriteBoolean("stored", service.ReferenceOf(index) is not null);
            if (service.ReferenceOf(index) is { } reference) json.WriteString("reference", reference);
        }
        if (feature.Default is { } value)
        {
            json.WritePropertyName("default");
            value.WriteTo(json);
        }
        if (feature.Description is not null) json.WriteString("description", feature.Description);
        json.WriteEndObject();
    }

    private static void WriteScore(Utf8JsonWriter json, BoundScore score)
    {
        json.WriteStartObject();
        json.WriteString("name", score.Name);
        json.WriteString("type", FeatureTypes.Of(score.Datatype).Name());
        if (score.Bands.Length > 0)
        {
            json.WriteStartArray("levels");
            foreach (var band in score.Bands)
            {
                json.WriteStartObject();
                json.WriteString("name", band.Name);
                if (double.IsFinite(band.Min)) json.WriteNumber("min", band.Min);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (score.Description is not null) json.WriteString("description", score.Description);
        json.WriteEndObject();
    }
}

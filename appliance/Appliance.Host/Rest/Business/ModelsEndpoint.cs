using System.Text.Json;
using Appliance.Host.Security.Calls;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Business;

/// <summary><c>/api/models</c>: the versions there are, and which of them is routed to. Thread-safe.</summary>
internal sealed class ModelsEndpoint(IModelLifecycle lifecycle, ObjectPool<EnvelopeWriter> envelopes)
{
    // {"version":9223372036854775807} is 31 bytes; the rest is room for spaces.
    private static readonly BodyLimit PinLimit = new(1024, "a pin");

    public async Task ListAsync(HttpContext context)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        envelope.BeginData();
        envelope.Json.WriteStartArray();
        foreach (var version in lifecycle.Index()) WriteVersion(envelope.Json, version);
        envelope.Json.WriteEndArray();
        envelope.End(requestId);
        await envelope.SendAsync(context.Response, StatusCodes.Status200OK, requestId);
        envelopes.Return(envelope);
    }

    public async Task PinAsync(HttpContext context)
    {
        var (status, version, refusal) = await ReadPinAsync(context);
        var result = status == ScoreStatus.Ok
            ? await lifecycle.PinAsync(Model(context), version, CallAuthor.Of(context), context.RequestAborted)
            : new AdminResult(status, refusal);
        await envelopes.SendRouteAsync(context, Model(context), result, status == ScoreStatus.InvalidArgument ? "version" : null);
    }

    public async Task UnpinAsync(HttpContext context) =>
        await envelopes.SendRouteAsync(context, Model(context), await lifecycle.UnpinAsync(Model(context), context.RequestAborted), null);

    public async Task RollbackAsync(HttpContext context) =>
        await envelopes.SendRouteAsync(context, Model(context), await lifecycle.RollbackAsync(Model(context), CallAuthor.Of(context), context.RequestAborted), null);

    internal static void WriteVersion(Utf8JsonWriter json, ModelVersionStatus version)
    {
        json.WriteStartObject();
        json.WriteString("model", version.Model);
        json.WriteNumber("version", version.Version);
        json.WriteString("state", version.State.Name());
        json.WriteString("reason", version.Reason);
        json.WriteBoolean("routed", version.Routed);
        json.WriteBoolean("pinned", version.Pinned);
        json.WriteEndObject();
    }

    private static async Task<(ScoreStatus Status, long Version, string? Refusal)> ReadPinAsync(HttpContext context)
    {
        var body = RequestBody.Rent();
        try
        {
            var read = await body.ReadAsync(context, PinLimit);
            if (read != ScoreStatus.Ok) return (read, 0, body.Error);
            var refusal = ReadVersion(body.Bytes.Span, out var version);
            return (refusal is null ? ScoreStatus.Ok : ScoreStatus.InvalidArgument, version, refusal);
        }
        finally
        {
            RequestBody.Return(body);
        }
    }

    /// <summary>Reads <c>{"version":n}</c>; returns what is wrong with it, or null.</summary>
    private static string? ReadVersion(ReadOnlySpan<byte> body, out long version)
    {
        version = 0;
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return $"the body is {JsonWords.Of(ref reader)}; it must be an object with version";
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!JsonText.Is(in reader, "version"u8))
                {
                    return $"{JsonWords.NameOf(ref reader)} is not a member of a pin; its member is version";
                }
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out version) || version < 1)
                {
                    return $"version is {JsonWords.Of(ref reader)}; it must be a whole number from 1";
                }
            }
            reader.Read();
        }
        catch (JsonException e)
        {
            return $"the body is not JSON that can be read here: {e.Message}";
        }
        return version == 0 ? "version is missing; it must be a whole number from 1" : null;
    }

    private static string Model(HttpContext context) => (string)context.GetRouteValue(PredictEndpoint.ModelName)!;
}

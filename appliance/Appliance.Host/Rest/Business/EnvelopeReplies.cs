using System.Text.Json;
using Appliance.Inference.Lifecycle;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Business;

/// <summary>Whole replies of admin calls in the envelope. Not for the path of a request that is scored, whose envelope is written where its answer is.</summary>
internal static class EnvelopeReplies
{
    /// <summary>Answers 200 with what is written as data.</summary>
    public static Task SendAsync(this ObjectPool<EnvelopeWriter> envelopes, HttpContext context, Action<Utf8JsonWriter> write) =>
        SendAsync(envelopes, context, StatusCodes.Status200OK, (envelope, requestId) =>
        {
            envelope.BeginData();
            write(envelope.Json);
            envelope.End(requestId);
        });

    /// <summary>Answers with an error, and with the field at fault where there is one.</summary>
    public static Task RefuseAsync(this ObjectPool<EnvelopeWriter> envelopes, HttpContext context, int code, string message, string? field = null) =>
        SendAsync(envelopes, context, code, (envelope, requestId) => envelope.WriteError(code, message, field, requestId));

    /// <summary>Answers which version requests of a model go to now and went to before, or why nothing changed.</summary>
    public static Task SendRouteAsync(this ObjectPool<EnvelopeWriter> envelopes, HttpContext context, string model, AdminResult result, string? field) => !result.Succeeded
        ? envelopes.RefuseAsync(context, result.Status.ToHttp(), result.Error ?? result.Status.ToString(), field)
        : envelopes.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteNumber("version", result.Version);
            json.WriteNumber("previousVersion", result.PreviousVersion);
            json.WriteEndObject();
        });

    private static async Task SendAsync(ObjectPool<EnvelopeWriter> envelopes, HttpContext context, int code, Action<EnvelopeWriter, string> write)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        write(envelope, requestId);
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }
}

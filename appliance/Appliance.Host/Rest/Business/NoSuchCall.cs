using Appliance.Scoring.Entities;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Business;

/// <summary>Answers calls under /api that do not exist, in the envelope that callers of /api read. Thread-safe.</summary>
internal sealed class NoSuchCall(ObjectPool<EnvelopeWriter> envelopes)
{
    public Task NotFoundAsync(HttpContext context) =>
        SendAsync(
            context, StatusCodes.Status404NotFound, $"there is no {context.Request.Path}; the calls are /api/predict/{{model}}, /api/models, /api/models/{{model}}/traffic, /api/models/{{model}}/rollout, /api/features, /api/events and /api/feature-registry");

    /// <summary>Answers calls about features where the appliance serves none.</summary>
    public Task FeaturesOffAsync(HttpContext context) => SendAsync(context, StatusCodes.Status404NotFound, $"there is no {context.Request.Path} here: {StoredFeatures.OffReason}");

    /// <summary>Makes the answer for a path that takes other methods.</summary>
    public RequestDelegate MethodNotAllowed(string allowed) => context =>
    {
        context.Response.Headers.Allow = allowed;
        return SendAsync(context, StatusCodes.Status405MethodNotAllowed, $"{context.Request.Method} is not possible here; use {allowed}");
    };

    private async Task SendAsync(HttpContext context, int code, string message)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        envelope.WriteError(code, message, null, requestId);
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }
}

using System.Globalization;
using Appliance.Host.Grpc;
using Appliance.Host.Rest.Business;
using Appliance.Host.Rest.Features;
using Appliance.Host.Rest.V2;
using Appliance.Http2;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Security.Calls;

/// <summary>Tells a caller of a refusal, in the body that callers of its kind of call parse. Thread-safe.</summary>
internal sealed class RefusalReply(ObjectPool<EnvelopeWriter> envelopes)
{
    public Task SendAsync(HttpContext context, Refused refused)
    {
        if (HttpProtocol.IsHttp2(context.Request.Protocol)) return EndGrpc(context, refused);
        var code = refused.Reason.ToHttp();
        if (code == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        RetryHint.WriteTo(context.Response.Headers, refused.WaitMilliseconds);
        var path = context.Request.Path;
        if (path.StartsWithSegments("/api")) return SendEnvelopeAsync(context, code, refused.Message);
        return path.StartsWithSegments("/v2") || path.StartsWithSegments("/v1") || path.StartsWithSegments("/metrics")
            ? V2Error.SendAsync(context, code, refused.Message)
            : FeastReply.RefuseAsync(context, code, refused.Message);
    }

    private static Task EndGrpc(HttpContext context, Refused refused)
    {
        GrpcReply.Begin(context.Features);
        var headers = context.Response.Headers;
        headers.GrpcStatus = ((int)refused.Reason.ToGrpc()).ToString(CultureInfo.InvariantCulture);
        headers.GrpcMessage = GrpcMessage.PercentEncode(refused.Message);
        RetryHint.WriteTo(headers, refused.WaitMilliseconds);
        return Task.CompletedTask;
    }

    private async Task SendEnvelopeAsync(HttpContext context, int code, string message)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        envelope.WriteError(code, message, null, requestId);
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }
}

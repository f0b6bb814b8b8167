using Appliance.Http2;
using Appliance.Inference;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Appliance.Host.Grpc;

/// <summary>Response headers and trailers of a hand-written gRPC call.</summary>
internal static class GrpcReply
{
    private static readonly StringValues OkStatus = "0";
    private static readonly StringValues ContentType = "application/grpc";

    /// <summary>Sets the response's content type. Before the first byte of the body.</summary>
    public static void Begin(IFeatureCollection call) => call.GetRequiredFeature<IHttpResponseFeature>().Headers.ContentType = ContentType;

    /// <summary>Ends a call that went well.</summary>
    public static void EndOk(IFeatureCollection call) => call.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers.GrpcStatus = OkStatus;

    /// <summary>Ends a call with an outcome: in the headers while nothing was sent, else in the trailers.</summary>
    /// <param name="retryAfterMs">When a further try may succeed, milliseconds from now; 0 for no hint.</param>
    public static void EndWith(IFeatureCollection call, ScoreStatus status, string? message, int retryAfterMs = 0)
    {
        var response = call.GetRequiredFeature<IHttpResponseFeature>();
        if (!response.HasStarted) Begin(call);
        var target = response.HasStarted ? call.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers : response.Headers;
        target.GrpcStatus = ((int)status.ToGrpc()).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(message)) target.GrpcMessage = GrpcMessage.PercentEncode(message);
        foreach (var (name, value) in GrpcFraming.TrailersOf(status)) target[name] = value;
        RetryHint.WriteTo(target, retryAfterMs);
    }
}

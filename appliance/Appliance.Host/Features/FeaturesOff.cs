using System.Globalization;
using Appliance.Http2;
using Appliance.Host.Grpc;
using Appliance.Host.Rest.Business;
using Appliance.Host.Rest.Features;
using Appliance.Scoring.Entities;
using Contracts.Features;
using Contracts.Journal;
using Grpc.Core;

namespace Appliance.Host.Features;

/// <summary>What callers are told of features where the appliance serves none: that they are off, and by which setting. Stateless.</summary>
internal static class FeaturesOff
{
    private static readonly string[] Calls = ["/api/features/{**rest}", "/api/feature-registry/{**rest}", "/api/events/{**rest}"];

    private static readonly string[] FeastCalls = ["/get-online-features", "/push", "/write-to-online-store"];

    private static readonly string[] Services =
    [
        "feast.serving.ServingService", Contracts.Features.FeatureRegistry.Descriptor.FullName, FeatureVerification.Descriptor.FullName, Contracts.Features.Backfill.Descriptor.FullName,
        Journal.Descriptor.FullName,
    ];

    public static void MapRest(IEndpointRouteBuilder routes)
    {
        var nothing = routes.ServiceProvider.GetRequiredService<NoSuchCall>();
        foreach (var call in Calls) routes.Map(call, (RequestDelegate)nothing.FeaturesOffAsync);
        foreach (var call in FeastCalls) routes.Map(call, context => FeastReply.RefuseAsync(context, StatusCodes.Status404NotFound, StoredFeatures.OffReason));
    }

    public static void MapGrpc(IEndpointRouteBuilder routes)
    {
        foreach (var service in Services) routes.MapPost($"/{service}/{{method}}", (RequestDelegate)RefuseAsync);
    }

    // Of what is not served gRPC says that it is not implemented.
    private static Task RefuseAsync(HttpContext context)
    {
        GrpcReply.Begin(context.Features);
        context.Response.Headers.GrpcStatus = ((int)StatusCode.Unimplemented).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.GrpcMessage = GrpcMessage.PercentEncode(StoredFeatures.OffReason);
        return Task.CompletedTask;
    }
}

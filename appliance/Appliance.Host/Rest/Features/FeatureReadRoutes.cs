using Appliance.Features;
using Appliance.Host.Rest.Business;

namespace Appliance.Host.Rest.Features;

/// <summary>Maps the calls that read features.</summary>
internal static class FeatureReadRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var features = services.GetRequiredService<FeaturesEndpoint>();
        routes.MapGet("/api/features", (RequestDelegate)features.GetAsync);
        routes.MapPost("/api/features", (RequestDelegate)features.PostAsync);
        routes.Map("/api/features", services.GetRequiredService<NoSuchCall>().MethodNotAllowed("GET, POST"));
        var feast = new MethodRoutes(routes, FeastReply.MethodNotAllowedAsync);
        feast.Post("/get-online-features", services.GetRequiredService<FeastReadEndpoint>().PostAsync);
        var platform = services.GetRequiredService<FeaturePlatform>();
        feast.Get("/health", context => FeastReply.SendHealthAsync(context, platform is { HasCaughtUp: true, Failure: null }));
    }
}

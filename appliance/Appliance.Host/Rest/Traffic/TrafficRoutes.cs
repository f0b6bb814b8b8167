using Appliance.Host.Rest.Business;

namespace Appliance.Host.Rest.Traffic;

/// <summary>Puts the calls about traffic and rollouts together and maps them.</summary>
internal static class TrafficRoutes
{
    /// <summary>Needs the traffic table and its control, the rollouts, a lifecycle and the envelopes of the business calls.</summary>
    public static IServiceCollection AddTrafficApi(this IServiceCollection services) => services
        .AddSingleton<TrafficEndpoint>()
        .AddSingleton<RolloutEndpoint>();

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var traffic = services.GetRequiredService<TrafficEndpoint>();
        var rollout = services.GetRequiredService<RolloutEndpoint>();
        var nothing = services.GetRequiredService<NoSuchCall>();
        const string Model = $"/api/models/{{{PredictEndpoint.ModelName}}}";
        routes.MapGet($"{Model}/traffic", (RequestDelegate)traffic.GetAsync);
        routes.MapPut($"{Model}/traffic", (RequestDelegate)traffic.PutAsync);
        routes.Map($"{Model}/traffic", nothing.MethodNotAllowed("GET, PUT"));
        routes.MapGet($"{Model}/rollout", (RequestDelegate)rollout.GetAsync);
        routes.MapPost($"{Model}/rollout", (RequestDelegate)rollout.StartAsync);
        routes.Map($"{Model}/rollout", nothing.MethodNotAllowed("GET, POST"));
        MapAction("traffic/clear", traffic.ClearAsync);
        MapAction("rollout/verdict", rollout.VerdictAsync);
        MapAction("rollout/pause", rollout.PauseAsync);
        MapAction("rollout/resume", rollout.ResumeAsync);
        MapAction("rollout/abort", rollout.AbortAsync);

        void MapAction(string action, RequestDelegate call)
        {
            routes.MapPost($"{Model}/{action}", call);
            routes.Map($"{Model}/{action}", nothing.MethodNotAllowed("POST"));
        }
    }
}

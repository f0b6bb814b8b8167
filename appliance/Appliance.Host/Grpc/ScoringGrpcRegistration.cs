using Appliance.Host.Grpc.Traffic;

namespace Appliance.Host.Grpc;

/// <summary>Puts the gRPC services beside the tensor protocol together: scoring by name, model administration, traffic, health.</summary>
public static class ScoringGrpcRegistration
{
    /// <summary>Needs the gRPC options, the pipeline, a lifecycle, the traffic table with its control, the rollouts and a clock.</summary>
    public static IServiceCollection AddScoringGrpc(this IServiceCollection services)
    {
        services.AddSingleton<FeatureScorer>();
        services.AddSingleton<ScoringGrpcService>();
        services.AddSingleton<ModelAdminGrpcService>();
        services.AddSingleton<HealthGrpcService>();
        services.AddSingleton<TrafficGrpcService>();
        return services;
    }

    public static IEndpointRouteBuilder MapScoringGrpc(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<ScoringGrpcService>();
        routes.MapGrpcService<ModelAdminGrpcService>();
        routes.MapGrpcService<HealthGrpcService>();
        routes.MapGrpcService<TrafficGrpcService>();
        return routes;
    }
}

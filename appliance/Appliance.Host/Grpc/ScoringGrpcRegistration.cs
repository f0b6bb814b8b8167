namespace Appliance.Host.Grpc;

/// <summary>Puts the gRPC services beside the tensor protocol together: scoring by name, model administration, health.</summary>
public static class ScoringGrpcRegistration
{
    /// <summary>Needs the gRPC options, the pipeline, a lifecycle, the traffic table and a clock.</summary>
    public static IServiceCollection AddScoringGrpc(this IServiceCollection services)
    {
        services.AddSingleton<FeatureScorer>();
        services.AddSingleton<ScoringGrpcService>();
        services.AddSingleton<ModelAdminGrpcService>();
        services.AddSingleton<HealthGrpcService>();
        return services;
    }

    public static IEndpointRouteBuilder MapScoringGrpc(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<ScoringGrpcService>();
        routes.MapGrpcService<ModelAdminGrpcService>();
        routes.MapGrpcService<HealthGrpcService>();
        return routes;
    }
}

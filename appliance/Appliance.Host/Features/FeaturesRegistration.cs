using Appliance.Features;
using Appliance.Host.Grpc.Feast;
using Appliance.Host.Grpc.Journal;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Features;

/// <summary>Puts the features together: nothing of them is there where they have no folder.</summary>
internal static class FeaturesRegistration
{
    public static IServiceCollection AddFeatures(this IServiceCollection services, FeatureOptions options)
    {
        if (options.Folder.Length == 0) return services;
        return services
            .AddSingleton(options)
            .AddSingleton(s => FeaturePlatform.Open(
                new FeaturePlatformOptions(options, options.Store, options.Journal, options.Ingest), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()))
            .AddSingleton(ObjectPool.Create<OnlineFeaturesCall>())
            .AddSingleton<FeaturePlans>()
            .AddSingleton<OnlineFeaturesHandler>()
            .AddSingleton(ObjectPool.Create<EventBatch>())
            .AddSingleton<JournalGrpcService>()
            .AddHostedService<FeatureWorker>();
    }

    /// <summary>Feast's serving API over gRPC.</summary>
    public static void MapFeatureGrpc(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<OnlineFeaturesHandler>() is not { } handler) return;
        routes.MapPost(OnlineFeaturesHandler.Path, (RequestDelegate)handler.HandleAsync);
        routes.MapPost(OnlineFeaturesHandler.InfoPath, (RequestDelegate)handler.HandleInfoAsync);
        routes.MapGrpcService<JournalGrpcService>();
    }

    /// <summary>The features over REST.</summary>
    public static void MapFeatures(this IEndpointRouteBuilder routes)
    {
    }
}

using Appliance.Features;
using Appliance.Host.Grpc.Feast;
using Appliance.Host.Grpc.Features;
using Appliance.Host.Grpc.Journal;
using Appliance.Host.Rest.Events;
using Appliance.Host.Rest.Features;
using Appliance.Host.Telemetry;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Features;

/// <summary>Puts the features together: where they have no folder, nothing of them is there but who says so.</summary>
internal static class FeaturesRegistration
{
    public static IServiceCollection AddFeatures(this IServiceCollection services, FeatureOptions options)
    {
        services.AddHostedService<ServiceWatch>();
        if (options.Folder.Length == 0) return services;
        return services
            .AddSingleton(options)
            .AddSingleton(s => FeaturePlatform.Open(
                new FeaturePlatformOptions(options, options.Store, options.Journal, options.Ingest, options.Kafka), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>()))
            .AddSingleton(ObjectPool.Create<OnlineFeaturesWork>())
            .AddSingleton<FeaturePlans>()
            .AddSingleton<OnlineFeaturesAnswers>()
            .AddSingleton<OnlineFeaturesService>()
            .AddSingleton<FeaturesEndpoint>()
            .AddSingleton<FeastReadEndpoint>()
            .AddSingleton<PushEndpoint>()
            .AddSingleton<ServedModels>()
            .AddSingleton<RegistryEndpoint>()
            .AddSingleton<FeatureRegistryGrpcService>()
            .AddSingleton<BackfillGrpcService>()
            .AddSingleton<VerificationEndpoint>()
            .AddSingleton<VerificationGrpcService>()
            .AddSingleton<EventsEndpoint>()
            .AddSingleton(ObjectPool.Create<EventBatch>())
            .AddSingleton<JournalGrpcService>()
            .AddSingleton<FeatureMetrics>()
            .AddHostedService<FeatureWorker>();
    }

    /// <summary>Feast's serving API over gRPC.</summary>
    public static void MapFeatureGrpc(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<FeaturePlatform>() is null)
        {
            FeaturesOff.MapGrpc(routes);
            return;
        }
        routes.MapGrpcService<FeastServingGrpcService>();
        routes.MapGrpcService<FeatureRegistryGrpcService>();
        routes.MapGrpcService<BackfillGrpcService>();
        routes.MapGrpcService<VerificationGrpcService>();
        routes.MapGrpcService<JournalGrpcService>();
    }

    /// <summary>The features over REST.</summary>
    public static void MapFeatures(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<FeaturePlatform>() is null)
        {
            FeaturesOff.MapRest(routes);
            return;
        }
        FeatureReadRoutes.Map(routes);
        PushRoutes.Map(routes);
        RegistryRoutes.Map(routes);
        VerificationRoutes.Map(routes);
        EventRoutes.Map(routes);
    }
}

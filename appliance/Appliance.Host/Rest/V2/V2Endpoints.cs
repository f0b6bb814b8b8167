using Appliance.Host.Health;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring;
using Appliance.Scoring.Traffic;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest.V2;

/// <summary>The Open Inference Protocol over HTTP, with the extensions that its clients call: the table of contents of <c>/v2</c>.</summary>
internal static class V2Endpoints
{
    /// <summary>The settings of REST.</summary>
    public static IServiceCollection AddV2(this IServiceCollection services)
    {
        services.AddOptions<RestOptions>().BindConfiguration(RestOptions.Section).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<RestOptions>, RestOptionsValidator>();
    }

    /// <summary>Maps every path below <c>/v2</c>. The group that is returned can be bound to one port.</summary>
    public static RouteGroupBuilder MapV2(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var models = new ModelFinder(services.GetRequiredService<ModelDirectory>(), services.GetRequiredService<TrafficTable>());
        var lifecycle = services.GetRequiredService<IModelLifecycle>();
        var limit = services.GetRequiredService<IOptions<RestOptions>>().Value.BodyLimit;
        var server = new ServerEndpoints(services.GetRequiredService<Readiness>());
        var model = new ModelEndpoints(models);
        var statistics = new StatisticsEndpoints(models, services.GetRequiredService<TimeProvider>());
        var repository = new RepositoryEndpoints(lifecycle, limit);
        var infer = new InferEndpoint(services.GetRequiredService<ScoringPipeline>(), limit);

        var group = routes.MapGroup("/v2");
        var map = new MethodRoutes(group, V2Error.MethodNotAllowedAsync);

        map.Get("/", server.MetadataAsync);
        map.Get("/health/live", server.LiveAsync);
        map.Get("/health/ready", server.ReadyAsync);
        map.Get("/models/stats", statistics.AllAsync);
        foreach (var prefix in new[] { "/models/{model}", "/models/{model}/versions/{version}" })
        {
            map.Get(prefix, model.MetadataAsync);
            map.Get(prefix + "/ready", model.ReadyAsync);
            map.Get(prefix + "/config", model.ConfigAsync);
            map.Get(prefix + "/stats", statistics.OfModelAsync);
            map.Get(prefix + "/batches", statistics.BatchesAsync);
            map.Post(prefix + "/infer", infer.HandleAsync);
            map.Any(prefix + "/generate", static c => V2Error.UnsupportedAsync(c, "the generate extension"));
            map.Any(prefix + "/generate_stream", static c => V2Error.UnsupportedAsync(c, "the generate extension"));
            map.Any(prefix + "/trace/setting", static c => V2Error.UnsupportedAsync(c, "the trace extension"));
        }
        foreach (var prefix in new[] { "/repository", "/repository/{repository}" })
        {
            map.Post(prefix + "/index", repository.IndexAsync);
            map.Post(prefix + "/models/{model}/load", repository.LoadAsync);
            map.Post(prefix + "/models/{model}/unload", repository.UnloadAsync);
        }
        foreach (var prefix in new[] { "/systemsharedmemory", "/cudasharedmemory" })
        {
            foreach (var action in new[] { "/status", "/register", "/unregister" })
            {
                map.Any(prefix + action, static c => V2Error.UnsupportedAsync(c, "the shared memory extension"));
                map.Any(prefix + "/region/{region}" + action, static c => V2Error.UnsupportedAsync(c, "the shared memory extension"));
            }
        }
        map.Any("/trace/setting", static c => V2Error.UnsupportedAsync(c, "the trace extension"));
        map.Any("/logging", static c => V2Error.UnsupportedAsync(c, "the logging extension"));
        map.Any("/{**rest}", V2Error.UnknownUrlAsync);
        return group;
    }
}

using Appliance.Host.Rest.Traffic;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest.Business;

/// <summary>Puts the business calls together. They need the pipeline, the model directory, the traffic table, a lifecycle and a clock.</summary>
public static class BusinessRegistration
{
    public static IServiceCollection AddBusinessApi(this IServiceCollection services)
    {
        services.AddOptions<BusinessOptions>().BindConfiguration(BusinessOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BusinessOptions>, BusinessOptionsValidator>();
        services.AddSingleton(ObjectPool.Create<EnvelopeWriter>());
        services.AddSingleton<PredictEndpoint>();
        services.AddSingleton<DescribeEndpoint>();
        services.AddSingleton<ModelsEndpoint>();
        services.AddSingleton<NoSuchCall>();
        return services.AddTrafficApi();
    }

    public static IEndpointRouteBuilder MapBusinessApi(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var nothing = services.GetRequiredService<NoSuchCall>();
        var models = services.GetRequiredService<ModelsEndpoint>();
        var predict = $"/api/predict/{{{PredictEndpoint.ModelName}}}";
        var model = $"/api/models/{{{PredictEndpoint.ModelName}}}";
        routes.MapPost(predict, (RequestDelegate)services.GetRequiredService<PredictEndpoint>().PostAsync);
        routes.MapGet(predict, (RequestDelegate)services.GetRequiredService<DescribeEndpoint>().GetAsync);
        routes.Map(predict, nothing.MethodNotAllowed("GET, POST"));
        routes.MapGet("/api/models", (RequestDelegate)models.ListAsync);
        routes.Map("/api/models", nothing.MethodNotAllowed("GET"));
        MapAction("pin", models.PinAsync);
        MapAction("unpin", models.UnpinAsync);
        MapAction("rollback", models.RollbackAsync);
        TrafficRoutes.Map(routes);
        routes.Map("/api/{**rest}", (RequestDelegate)nothing.NotFoundAsync);
        return routes;

        void MapAction(string action, RequestDelegate call)
        {
            routes.MapPost($"{model}/{action}", call);
            routes.Map($"{model}/{action}", nothing.MethodNotAllowed("POST"));
        }
    }
}

using Appliance.Host.Rest.Business;

namespace Appliance.Host.Rest.Deployment;

/// <summary>The calls that bring versions into the repository and take them out. They need the business calls, a lifecycle, and the repository's folder.</summary>
internal static class DeploymentRegistration
{
    public static IServiceCollection AddDeployment(this IServiceCollection services) => services.AddSingleton<DeployEndpoint>().AddSingleton<DeleteEndpoint>().AddSingleton<VersionsEndpoint>();

    public static IEndpointRouteBuilder MapDeployment(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var nothing = services.GetRequiredService<NoSuchCall>();
        var delete = services.GetRequiredService<DeleteEndpoint>();
        const string Model = $"/api/models/{{{PredictEndpoint.ModelName}}}", Version = $"{Model}/versions/{{{DeployEndpoint.VersionName}}}";
        routes.MapPut(Version, (RequestDelegate)services.GetRequiredService<DeployEndpoint>().PutAsync);
        routes.MapDelete(Version, (RequestDelegate)delete.DeleteVersionAsync);
        routes.Map(Version, nothing.MethodNotAllowed("PUT, DELETE"));
        routes.MapGet(Model, (RequestDelegate)services.GetRequiredService<VersionsEndpoint>().GetAsync);
        routes.MapDelete(Model, (RequestDelegate)delete.DeleteModelAsync);
        routes.Map(Model, nothing.MethodNotAllowed("GET, DELETE"));
        return routes;
    }
}

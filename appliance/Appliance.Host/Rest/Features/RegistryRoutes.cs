using Appliance.Host.Rest.Business;

namespace Appliance.Host.Rest.Features;

/// <summary>Maps the calls about definitions.</summary>
internal static class RegistryRoutes
{
    private const string Root = "/api/feature-registry";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var registry = routes.ServiceProvider.GetRequiredService<RegistryEndpoint>();
        var nothing = routes.ServiceProvider.GetRequiredService<NoSuchCall>();
        const string One = $"{Root}/{{{RegistryEndpoint.Kind}}}/{{{RegistryEndpoint.ObjectName}}}";
        routes.MapGet(Root, (RequestDelegate)registry.ListAsync);
        routes.Map(Root, nothing.MethodNotAllowed("GET"));
        routes.MapPost($"{Root}/plan", (RequestDelegate)registry.PlanAsync);
        routes.Map($"{Root}/plan", nothing.MethodNotAllowed("POST"));
        routes.MapPost($"{Root}/apply", (RequestDelegate)registry.ApplyAsync);
        routes.Map($"{Root}/apply", nothing.MethodNotAllowed("POST"));
        routes.MapGet(One, (RequestDelegate)registry.DescribeAsync);
        routes.MapDelete(One, (RequestDelegate)registry.DeleteAsync);
        routes.Map(One, nothing.MethodNotAllowed("GET, DELETE"));
    }
}

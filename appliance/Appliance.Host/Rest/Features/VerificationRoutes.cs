using Appliance.Host.Rest.Business;

namespace Appliance.Host.Rest.Features;

/// <summary>Maps the calls that verify what was served.</summary>
internal static class VerificationRoutes
{
    private const string Path = "/api/features/verify";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var verification = services.GetRequiredService<VerificationEndpoint>();
        routes.MapPost(Path, (RequestDelegate)verification.PostAsync);
        routes.MapGet(Path, (RequestDelegate)verification.GetAsync);
        routes.MapDelete(Path, (RequestDelegate)verification.DeleteAsync);
        routes.Map(Path, services.GetRequiredService<NoSuchCall>().MethodNotAllowed("GET, POST, DELETE"));
    }
}

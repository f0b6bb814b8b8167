namespace Appliance.Host.Rest.Features;

/// <summary>Maps the calls by which Feast's clients send rows.</summary>
internal static class PushRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var push = routes.ServiceProvider.GetRequiredService<PushEndpoint>();
        var map = new MethodRoutes(routes, FeastReply.MethodNotAllowedAsync);
        map.Post("/push", push.PushAsync);
        map.Post("/write-to-online-store", push.WriteAsync);
    }
}

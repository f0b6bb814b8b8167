using Appliance.Host.Rest.Business;

namespace Appliance.Host.Rest.Events;

/// <summary>Maps the calls that bring events in.</summary>
internal static class EventRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        routes.MapPost("/api/events", (RequestDelegate)services.GetRequiredService<EventsEndpoint>().PostAsync);
        routes.Map("/api/events", services.GetRequiredService<NoSuchCall>().MethodNotAllowed("POST"));
    }
}

using Appliance.Host.Rest;
using Appliance.Host.Rest.V2;
using Appliance.Scoring;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Health;

/// <summary><c>/health/live</c> and <c>/health/ready</c>, for supervisors that speak plain HTTP.</summary>
public static class HealthEndpoints
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<Readiness>();
        services.AddSingleton<ServiceHealth>();
        // Callers and load balancers keep the world's time, whatever clock the rest of the process runs on.
        services.AddSingleton(s => new GracefulStop(
            s.GetRequiredService<Readiness>(), s.GetRequiredService<AdmissionGate>(), s.GetRequiredService<IOptions<HostOptions>>(), TimeProvider.System));
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<GracefulStop>());
        return services;
    }

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        var readiness = routes.ServiceProvider.GetRequiredService<Readiness>();
        var map = new MethodRoutes(routes, V2Error.MethodNotAllowedAsync);
        map.Get("/health/live", context => SendAsync(context, """{"live":true}""", StatusCodes.Status200OK));
        map.Get("/health/ready", context => readiness.Ready
            ? SendAsync(context, """{"ready":true}""", StatusCodes.Status200OK)
            : SendAsync(context, """{"ready":false}""", StatusCodes.Status503ServiceUnavailable));
        return routes;
    }

    private static Task SendAsync(HttpContext context, string json, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}

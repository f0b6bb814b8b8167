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
        services.AddSingleton<IStartupFilter>(s => s.GetRequiredService<GracefulStop>());
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<GracefulStop>());
        return services;
    }

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        var readiness = routes.ServiceProvider.GetRequiredService<Readiness>();
        routes.MapGet("/health/live", (RequestDelegate)(context => SendAsync(context, """{"live":true}""", StatusCodes.Status200OK)));
        routes.MapGet("/health/ready", (RequestDelegate)(context => readiness.Ready
            ? SendAsync(context, """{"ready":true}""", StatusCodes.Status200OK)
            : SendAsync(context, """{"ready":false}""", StatusCodes.Status503ServiceUnavailable)));
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

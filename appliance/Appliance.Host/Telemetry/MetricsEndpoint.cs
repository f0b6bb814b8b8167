using System.Buffers;
using Appliance.Inference.Statistics;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Appliance.Host.Telemetry;

/// <summary><c>GET /metrics</c>.</summary>
public static class MetricsEndpoint
{
    // A page of two models is about 20 KiB.
    private const int FirstBytes = 32 * 1024;

    /// <summary>Needs the model directory, a lifecycle, the traffic table, the rollouts, the admission gate and a clock.</summary>
    public static IServiceCollection AddMetricsPage(this IServiceCollection services)
    {
        services.TryAddSingleton<LoadStatistics>();
        services.AddSingleton<ModelMetrics>();
        services.AddSingleton<LifecycleMetrics>();
        services.AddSingleton<MachineMetrics>();
        services.AddSingleton<TrafficMetrics>();
        services.AddSingleton<MetricsPage>();
        return services;
    }

    /// <summary>Maps the page. The caller restricts the result to the port it wants.</summary>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes)
    {
        var page = routes.ServiceProvider.GetRequiredService<MetricsPage>();
        return routes.MapGet("/metrics", (RequestDelegate)(context => SendAsync(context, page)));
    }

    /// <summary>Answers any call on a port that has this page alone.</summary>
    public static Task ServeAsync(HttpContext context)
    {
        if (context.Request.Path == "/metrics" && HttpMethods.IsGet(context.Request.Method))
        {
            return SendAsync(context, context.RequestServices.GetRequiredService<MetricsPage>());
        }
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static async Task SendAsync(HttpContext context, MetricsPage page)
    {
        var buffer = new ArrayBufferWriter<byte>(FirstBytes);
        page.Write(new PrometheusWriter(buffer));
        context.Response.ContentType = PrometheusWriter.ContentType;
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }
}

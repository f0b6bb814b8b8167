using System.Buffers;
using Appliance.Host.Rest;
using Appliance.Inference.Statistics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Net.Http.Headers;

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

    /// <summary>Whether a scraper asks for OpenMetrics 1.0.0 at least as much as for the plain text. Who asks for nothing gets the plain text.</summary>
    internal static bool TakesOpenMetrics(string accept)
    {
        double open = -1, plain = 0;
        foreach (var range in accept.Split(','))
        {
            if (!MediaTypeHeaderValue.TryParse(range, out var type)) continue;
            var quality = type.Quality ?? 1;
            var version = type.Parameters.FirstOrDefault(p => p.Name.Equals("version", StringComparison.OrdinalIgnoreCase))?.Value;
            if (type.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase) && (version is null || version.Value.Value is "1.0.0")) open = Math.Max(open, quality);
            if (type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase)) plain = Math.Max(plain, quality);
        }
        return open > 0 && open >= plain;
    }

    private static async Task SendAsync(HttpContext context, MetricsPage page)
    {
        var buffer = new ArrayBufferWriter<byte>(FirstBytes);
        var openMetrics = TakesOpenMetrics(context.Request.Headers.Accept.ToString());
        var writer = new PrometheusWriter(buffer, openMetrics);
        page.Write(writer);
        writer.End();
        context.Response.ContentType = openMetrics ? PrometheusWriter.OpenMetricsContentType : PrometheusWriter.ContentType;
        context.Response.Headers.Vary = "Accept";
        await ReplyBody.SendAsync(context, buffer.WrittenMemory);
    }
}

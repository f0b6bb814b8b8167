using Appliance.Inference.Batching;
using Appliance.Scoring;

namespace Appliance.Host.Tracing;

/// <summary>Puts tracing together, where it is on; where it is off nothing of it exists.</summary>
internal static class TracingRegistration
{
    public static IServiceCollection AddTracing(this IServiceCollection services, TracingOptions options)
    {
        if (!options.IsOn) return services;
        services.AddSingleton(options).AddSingleton<RequestTracing>().AddSingleton<IRequestTracer>(s => s.GetRequiredService<RequestTracing>());
        services.AddSingleton(s => new TraceExporter(
            s.GetRequiredService<RequestTracing>(), options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<TraceExporter>>()));
        return services.AddHostedService(s => s.GetRequiredService<TraceExporter>()).AddSingleton<TracingMetrics>();
    }

    /// <summary>Begins the trace of an HTTP request, where requests are traced.</summary>
    public static void Trace(this ScoringPipeline pipeline, BatchEntry entry, IHeaderDictionary headers, string call) =>
        pipeline.Tracer?.Begin(entry, call, headers.TraceParent.ToString(), headers.TraceState.ToString());
}

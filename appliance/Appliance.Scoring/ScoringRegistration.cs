using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;
using Microsoft.Extensions.DependencyInjection;

namespace Appliance.Scoring;

/// <summary>Services of the request path.</summary>
public static class ScoringRegistration
{
    /// <summary>Needs <see cref="ScoringOptions"/> and what Inference registers.</summary>
    public static IServiceCollection AddScoring(this IServiceCollection services) => services
        .AddSingleton<TrafficTable>()
        .AddSingleton<IVersionRouter>(s => s.GetRequiredService<TrafficTable>())
        .AddSingleton(s => new AdmissionGate(s.GetRequiredService<ScoringOptions>().MaxConcurrentRequests))
        .AddSingleton<ScoringPipeline>();
}

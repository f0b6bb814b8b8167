using Appliance.Features;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Traffic;
using Microsoft.Extensions.DependencyInjection;

namespace Appliance.Scoring;

/// <summary>Services of the request path.</summary>
public static class ScoringRegistration
{
    /// <summary>Needs <see cref="ScoringOptions"/>, a clock and what Inference registers; reads features where there is a <see cref="FeaturePlatform"/>.</summary>
    public static IServiceCollection AddScoring(this IServiceCollection services) => services
        .AddSingleton<TrafficTable>()
        .AddSingleton<IVersionRouter>(s => s.GetRequiredService<TrafficTable>())
        .AddSingleton(s => new AdmissionGate(s.GetRequiredService<ScoringOptions>().MaxConcurrentRequests))
        .AddSingleton(s => new StoredFeatures(s.GetService<FeaturePlatform>(), s.GetRequiredService<TimeProvider>()))
        .AddSingleton<ScoringPipeline>();
}

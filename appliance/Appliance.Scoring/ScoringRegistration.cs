using Appliance.Features;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Appliance.Scoring;

/// <summary>Services of the request path.</summary>
public static class ScoringRegistration
{
    /// <summary>Needs <see cref="ScoringOptions"/>, a clock and what Inference registers; reads features where there is a <see cref="FeaturePlatform"/>.</summary>
    public static IServiceCollection AddScoring(this IServiceCollection services) => services
        .AddSingleton(s => new TrafficTable(
            s.GetRequiredService<ModelDirectory>(), s.GetRequiredService<ModelManagerOptions>().StateFolder, s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<TrafficTable>>()))
        .AddSingleton<IVersionRouter>(s => s.GetRequiredService<TrafficTable>())
        .AddSingleton(s => new AdmissionGate(s.GetRequiredService<ScoringOptions>().MaxConcurrentRequests))
        .AddSingleton(s => new StoredFeatures(s.GetService<FeaturePlatform>(), s.GetRequiredService<TimeProvider>()))
        .AddSingleton<TrafficControl>()
        .AddSingleton(s => new RolloutController(
            s.GetRequiredService<TrafficTable>(), s.GetRequiredService<TrafficControl>(), s.GetRequiredService<IModelLifecycle>(), s.GetRequiredService<ModelDirectory>(),
            s.GetRequiredService<ModelManagerOptions>().StateFolder, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<RolloutController>>()))
        .AddHostedService<RolloutWorker>()
        .AddSingleton<ScoringPipeline>();
}

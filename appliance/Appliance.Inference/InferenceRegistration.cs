using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Appliance.Inference.Statistics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Appliance.Inference;

/// <summary>Services that load and run models.</summary>
public static class InferenceRegistration
{
    /// <summary>Needs <see cref="ModelManagerOptions"/>, a <see cref="TimeProvider"/> and an <see cref="IVersionRouter"/>.</summary>
    public static IServiceCollection AddInference(this IServiceCollection services) => services
        .AddSingleton<ModelDirectory>()
        .AddSingleton<BatchEntryPool>()
        .AddSingleton<LoadStatistics>()
        .AddSingleton(_ => new RunScheduler(Environment.ProcessorCount))
        .AddSingleton<FineClock>()
        .AddSingleton(s => new ModelPins(s.GetRequiredService<ModelManagerOptions>().StateFolder, s.GetRequiredService<ILogger<ModelPins>>()))
        .AddSingleton<IModelSource, OnnxModelSource>()
        .AddSingleton<ModelManager>()
        .AddSingleton<IModelLifecycle>(s => s.GetRequiredService<ModelManager>())
        .AddHostedService<RepositoryWorker>()
        .AddHostedService<QueueSweeper>();
}

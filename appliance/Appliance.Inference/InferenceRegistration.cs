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
        .AddSingleton(s => new RunScheduler(RunThreads(s.GetRequiredService<ModelManagerOptions>())))
        .AddSingleton<FineClock>()
        .AddSingleton(s => new ModelPins(s.GetRequiredService<ModelManagerOptions>().StateFolder, s.GetRequiredService<ILogger<ModelPins>>()))
        .AddSingleton<IModelSource, OnnxModelSource>()
        .AddSingleton<RepositoryDeployments>()
        .AddSingleton<ModelManager>()
        .AddSingleton<IModelLifecycle>(s => s.GetRequiredService<ModelManager>())
        .AddHostedService<RepositoryWorker>()
        .AddHostedService<QueueSweeper>();

    private static int RunThreads(ModelManagerOptions options) => options.RunThreads > 0 ? options.RunThreads : Environment.ProcessorCount;
}

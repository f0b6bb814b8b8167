using Microsoft.Extensions.Hosting;

namespace Appliance.Inference.Lifecycle;

/// <summary>Loads what is wanted at the start and, in mode poll, follows the repository.</summary>
public sealed class RepositoryWorker(ModelManager manager, ModelManagerOptions options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await manager.StartAsync(stopping);
        if (options.ControlMode != ModelControlMode.Poll) return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.PollSeconds), time);
        while (await timer.WaitForNextTickAsync(stopping)) await manager.PollOnceAsync(stopping);
    }
}

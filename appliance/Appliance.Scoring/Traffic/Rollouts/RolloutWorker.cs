using Microsoft.Extensions.Hosting;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>Looks after the rollouts while the process runs.</summary>
public sealed class RolloutWorker(RolloutController controller) : BackgroundService, IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After everything else has stopped: requests that were inside at the signal are samples too.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => controller.KeepAsync(CancellationToken.None);

    protected override Task ExecuteAsync(CancellationToken stopping) => controller.RunAsync(stopping);
}

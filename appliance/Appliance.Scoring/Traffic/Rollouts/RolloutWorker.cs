using Microsoft.Extensions.Hosting;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>Looks after the rollouts while the process runs.</summary>
public sealed class RolloutWorker(RolloutController controller) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stopping) => controller.RunAsync(stopping);
}

using Appliance.Features;

namespace Appliance.Host.Features;

/// <summary>Runs the loop that applies events to the store, from the start to the stop of the process.</summary>
internal sealed class FeatureWorker(FeaturePlatform platform) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => platform.RunAsync(stoppingToken), CancellationToken.None);
}

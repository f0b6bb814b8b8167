using Microsoft.Extensions.Hosting;

namespace Appliance.Inference.Lifecycle;

/// <summary>
/// Loads what is wanted at the start, follows the repository in mode poll, and unloads everything at the end: services stop in the reverse
/// of their order and the web server is the last of them, so that its last request is answered before this one stops.
/// </summary>
public sealed class RepositoryWorker(ModelManager manager, ModelManagerOptions options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await manager.StartAsync(stopping);
        if (options.ControlMode != ModelControlMode.Poll) return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.PollSeconds), time);
        while (await timer.WaitForNextTickAsync(stopping)) await manager.PollOnceAsync(stopping);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await manager.StopAsync(cancellationToken);
    }
}

namespace Appliance.Host.Security;

/// <summary>Looks at the files of certificates and keys from time to time.</summary>
internal sealed class SecurityWorker(IEnumerable<IReloaded> files, SecurityOptions options, TimeProvider time) : BackgroundService
{
    private readonly IReloaded[] _files = [.. files];

    /// <summary>One look at all files.</summary>
    internal void Step()
    {
        foreach (var file in _files) file.Reload();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.ReloadSeconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Step();
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }
}

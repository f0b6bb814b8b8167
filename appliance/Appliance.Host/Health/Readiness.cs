using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Health;

/// <summary>Whether the appliance should get requests: its models are there, and it is not on its way out. Thread-safe.</summary>
public sealed class Readiness(IModelLifecycle lifecycle, IHostApplicationLifetime lifetime)
{
    public bool Ready => !Stopping.IsCancellationRequested && lifecycle.Ready;

    /// <summary>Cancelled when the server begins to stop.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;
}

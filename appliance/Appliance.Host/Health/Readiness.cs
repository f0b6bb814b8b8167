using Appliance.Features;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Health;

/// <summary>
/// Whether the appliance should get requests: its models are there, its features have caught up with their events and are kept up, and it is not on
/// its way out. Thread-safe.
/// </summary>
public sealed class Readiness(IModelLifecycle lifecycle, IHostApplicationLifetime lifetime, FeaturePlatform? features = null)
{
    public bool Ready => !Stopping.IsCancellationRequested && lifecycle.Ready && features is null or { HasCaughtUp: true, Failure: null };

    /// <summary>Cancelled when the server begins to stop.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;
}

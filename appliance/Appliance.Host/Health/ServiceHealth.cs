using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Health;

/// <summary>The health of whatever a caller may ask after by name: the server, a service, a model. Thread-safe.</summary>
public sealed class ServiceHealth(Readiness readiness, ModelDirectory directory, TrafficTable traffic)
{
    // The empty name is the server as a whole.
    private static readonly string[] Services = ["", "inference.GRPCInferenceService", "appliance.scoring.v1.Scoring"];

    /// <summary>Whether that service is serving; false when nothing of that name is served here.</summary>
    public bool TryGet(string name, out bool serving)
    {
        if (Services.Contains(name))
        {
            serving = readiness.Ready;
            return true;
        }
        serving = false;
        if (!directory.TryFind(name, out var slot)) return false;
        serving = !readiness.Stopping.IsCancellationRequested && traffic.IsServed(slot);
        return true;
    }
}

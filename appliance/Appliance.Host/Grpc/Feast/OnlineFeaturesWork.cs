using Appliance.Features.Reading;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Grpc.Feast;

/// <summary>What one GetOnlineFeatures call needs from its first to its last byte. Pooled.</summary>
internal sealed class OnlineFeaturesWork : IResettable
{
    public OnlineFeaturesDecoder Request { get; } = new();

    public FeatureBlock Block { get; } = new();

    public OnlineFeaturesEncoder Answer { get; } = new();

    public bool TryReset()
    {
        Answer.Output.Clear();
        return true;
    }
}

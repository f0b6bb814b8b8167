using Appliance.Features.Reading;

namespace Appliance.Host.Rest.Features;

/// <summary>What one REST request for features needs from its first to its last byte. Pooled.</summary>
internal sealed class FeatureReadCall
{
    public FeatureReadRequest Request { get; } = new();

    public EntityRows Rows { get; } = new();

    public FeatureBlock Block { get; } = new();
}

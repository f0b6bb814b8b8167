namespace Appliance.Features.Sampling;

/// <summary>Where a sampled value came from.</summary>
public enum SampledSource : byte
{
    /// <summary>The caller gave it; what the store has of it was not looked at.</summary>
    Given,

    /// <summary>The store, or an expression over what the store has.</summary>
    Stored,

    /// <summary>As <see cref="Stored"/>, from a row that is older than its view's TTL allows.</summary>
    Stale,

    /// <summary>The store had none: a default stood in.</summary>
    Defaulted,
}

namespace Appliance.Scoring.Entities;

/// <summary>Where the value came from that a feature of a row was scored with.</summary>
public enum FeatureSource : byte
{
    /// <summary>The request had it.</summary>
    Given,

    /// <summary>The store, or an expression over what the store has.</summary>
    Stored,

    /// <summary>As <see cref="Stored"/>, from a row that is older than its view's TTL allows.</summary>
    Stale,

    /// <summary>The default of the feature's definition or of the model's manifest.</summary>
    Defaulted,
}

// Hot path: added up once per request and batch.
namespace Appliance.Inference.Batching;

/// <summary>Where the features of a request's rows came from, in values; all 0 for a request that brought tensors.</summary>
public struct FeatureCounts
{
    /// <summary>The request had them.</summary>
    public int Given;

    /// <summary>The online store had them, or what they are computed of.</summary>
    public int Stored;

    /// <summary>As stored, from rows older than their view allows.</summary>
    public int Stale;

    /// <summary>Nobody had them: defaults.</summary>
    public int Defaulted;

    public void Add(in FeatureCounts other)
    {
        Given += other.Given;
        Stored += other.Stored;
        Stale += other.Stale;
        Defaulted += other.Defaulted;
    }
}

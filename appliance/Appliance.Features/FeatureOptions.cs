namespace Appliance.Features;

/// <summary>Settings of reading features.</summary>
public sealed class FeatureOptions
{
    public const string Section = "Features";

    /// <summary>Entities in one request at most. 10,000: an answer of 50 numbers each is then about 6 MB, a tenth of the largest gRPC message.</summary>
    public int MaxEntities { get; set; } = 10_000;
}

namespace FeatureModel.Events;

/// <summary>Names of sources that are the appliance's own. Nobody can declare one: the names of declared sources have no dot.</summary>
public static class ReservedSources
{
    /// <summary>Samples of what was served.</summary>
    public const string ServedFeatures = "appliance.served_features";

    /// <summary>What every such name begins with.</summary>
    public static ReadOnlySpan<byte> Prefix => "appliance."u8;

    /// <param name="source">UTF-8.</param>
    public static bool Holds(ReadOnlySpan<byte> source) => source.StartsWith(Prefix);
}

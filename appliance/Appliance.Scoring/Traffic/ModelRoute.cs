namespace Appliance.Scoring.Traffic;

/// <summary>Where the requests of a model go that name no version. Immutable; replaced as a whole.</summary>
/// <param name="version">The version that has them all where they are not split.</param>
/// <param name="fallback">The version that answers while none of those is ready that should.</param>
/// <param name="split">Null where they are not split.</param>
public sealed class ModelRoute(long version, long fallback, TrafficSplit? split)
{
    public long Version { get; } = version;
    public long Fallback { get; } = fallback;
    public TrafficSplit? Split { get; } = split;
}

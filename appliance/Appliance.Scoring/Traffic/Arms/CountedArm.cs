namespace Appliance.Scoring.Traffic.Arms;

/// <summary>A version that was an arm, or a shadow, of a model since the start, with its counters.</summary>
public sealed record CountedArm(string Model, long Version, bool IsShadow, ArmStatistics Statistics);

namespace Appliance.Scoring.Traffic;

/// <summary>Why a call about traffic is refused.</summary>
/// <param name="Field">The member at fault, as a path.</param>
public sealed record TrafficFault(string Field, string Message);

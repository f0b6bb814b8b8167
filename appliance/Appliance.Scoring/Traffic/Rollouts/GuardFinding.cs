namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>What a guardrail found.</summary>
/// <param name="Guard">errors, latency, disagreement, psi or ks.</param>
/// <param name="Value">In the guardrail's unit; null while there are too few samples.</param>
/// <param name="IsBroken">Whether the value is above the limit.</param>
/// <param name="Words">The finding in a sentence.</param>
public sealed record GuardFinding(string Guard, double? Value, double Limit, bool IsBroken, string Words);

namespace Appliance.Scoring.Traffic.Rollouts;

/// <param name="Why">For logs and for whoever reads the rollout.</param>
public readonly record struct RolloutDecision(RolloutAction Action, string Why);

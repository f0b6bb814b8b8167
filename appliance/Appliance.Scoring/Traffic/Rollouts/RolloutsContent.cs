namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>What the rollout file holds: the rollouts of each model, latest last.</summary>
internal sealed record RolloutsContent(Dictionary<string, List<RolloutState>> Rollouts);

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>What a rollout does next.</summary>
public enum RolloutAction : byte
{
    Wait,
    Advance,
    Complete,
    RollBack,
}

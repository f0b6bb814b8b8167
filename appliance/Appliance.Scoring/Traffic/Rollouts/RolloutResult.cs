using Appliance.Inference;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>How a call about a rollout ended.</summary>
/// <param name="State">The rollout as it is now; null where there is none.</param>
/// <param name="Field">The member at fault, where one is.</param>
public sealed record RolloutResult(ScoreStatus Status, RolloutState? State, string? Error = null, string? Field = null)
{
    public bool Succeeded => Status == ScoreStatus.Ok;

    internal static RolloutResult Ok(RolloutState state) => new(ScoreStatus.Ok, state);

    internal static RolloutResult Refused(string error, string? field = null) => new(ScoreStatus.InvalidArgument, null, error, field);
}

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>
/// Where a rollout is. Running ► Paused ► Running again; Running ► Completed or RolledBack; Running or Paused ► RolledBack or Aborted.
/// The last three are its end.
/// </summary>
public enum RolloutStatus : byte
{
    /// <summary>Its step collects evidence.</summary>
    Running,

    /// <summary>The shares stay as they are, whatever the evidence says.</summary>
    Paused,

    /// <summary>The candidate has every request.</summary>
    Completed,

    /// <summary>A guardrail or a verdict failed: the baseline has every request.</summary>
    RolledBack,

    /// <summary>Somebody ended it, or changed the traffic under it.</summary>
    Aborted,
}

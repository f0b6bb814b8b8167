namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>A rollout with all that it saw. Immutable; what the rollout file holds.</summary>
/// <param name="Number">Counts the model's rollouts, from 1.</param>
/// <param name="Evidence">One for each step that began; the last one is the present step's.</param>
/// <param name="Why">What last changed the status, in a sentence.</param>
public sealed record RolloutState(
    string Model, long Number, RolloutPlan Plan, RolloutStatus Status, IReadOnlyList<StepEvidence> Evidence, string Why, DateTimeOffset StartedAt, DateTimeOffset ChangedAt)
{
    /// <summary>Whether it is over.</summary>
    public bool IsOver => Status is RolloutStatus.Completed or RolloutStatus.RolledBack or RolloutStatus.Aborted;

    /// <summary>The step that runs, or ran last, from 0.</summary>
    public int Step => Evidence[^1].Step;

    /// <summary>Who the traffic table says made the changes of this rollout.</summary>
    public string Author => $"rollout {Number}";

    /// <summary>With other evidence of the present step.</summary>
    public RolloutState With(StepEvidence present) => this with { Evidence = [.. Evidence.SkipLast(1), present] };
}

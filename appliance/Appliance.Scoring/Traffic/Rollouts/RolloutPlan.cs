namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>How a candidate is to take over from a baseline. Immutable.</summary>
/// <param name="Tolerance">Scores of a shadow that differ from the served ones by more disagree.</param>
public sealed record RolloutPlan(
    long Baseline, long Candidate, IReadOnlyList<RolloutStep> Steps, Guardrails Guardrails, double Tolerance, string Author, string Reason)
{
    /// <summary>How requests are split in a step. The baseline stays ready at 0 %, so that going back loads nothing.</summary>
    public TrafficRequest TrafficOf(int step, string author)
    {
        var at = Steps[step];
        var reason = $"step {step + 1} of {Steps.Count}: {at.Words}";
        return at.IsShadow
            ? new TrafficRequest([new(Baseline, BucketMap.Buckets)], [new(Candidate, at.BasisPoints, Tolerance)], author, reason)
            : new TrafficRequest([new(Baseline, BucketMap.Buckets - at.BasisPoints), new(Candidate, at.BasisPoints)], [], author, reason);
    }
}

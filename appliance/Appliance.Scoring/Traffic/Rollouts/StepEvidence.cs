using Appliance.Scoring.Traffic.Arms;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>What a step of a rollout saw. Immutable.</summary>
/// <param name="Step">Its place in the plan, from 0.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Outcome">running, passed, failed or ended (by somebody).</param>
/// <param name="Findings">What the guardrails last found.</param>
/// <param name="Verdict">The last one given in the step; null for none.</param>
public sealed record StepEvidence(
    int Step, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string Outcome, ArmTally Baseline, ArmTally Candidate,
    IReadOnlyList<GuardFinding> Findings, RolloutVerdict? Verdict)
{
    public const string Running = "running", Passed = "passed", Failed = "failed", Ended = "ended";

    /// <summary>A step that begins.</summary>
    public static StepEvidence Begin(int step, DateTimeOffset now) => new(step, now, null, Running, ArmTally.None, ArmTally.None, [], null);
}

using Appliance.Scoring.Traffic.Arms;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>Reads what both versions did since a step began. What a process before this one saw of the step comes with it. Not thread-safe.</summary>
/// <param name="before">The step's evidence from before this one reads.</param>
internal sealed class StepMeter(TrafficTable table, string model, RolloutPlan plan, StepEvidence before)
{
    private readonly ArmTally _baselineMark = Take(table, model, plan.Baseline, isShadow: false);
    private readonly ArmTally _candidateMark = Take(table, model, plan.Candidate, plan.Steps[before.Step].IsShadow);

    public int Step => before.Step;

    /// <summary>The step's evidence until now.</summary>
    public StepEvidence Read(StepEvidence present) => present with
    {
        Baseline = before.Baseline.Plus(Take(table, model, plan.Baseline, isShadow: false).Minus(_baselineMark)),
        Candidate = before.Candidate.Plus(Take(table, model, plan.Candidate, plan.Steps[Step].IsShadow).Minus(_candidateMark)),
    };

    private static ArmTally Take(TrafficTable table, string model, long version, bool isShadow) =>
        table.StatisticsOf(model, version, isShadow)?.Take() ?? ArmTally.None;
}

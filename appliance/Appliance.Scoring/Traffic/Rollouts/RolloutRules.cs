namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>What a plan must be. Pure.</summary>
public static class RolloutRules
{
    /// <summary>Steps at most. 32: steps of 3 %.</summary>
    public const int MaxSteps = 32;

    // A month, for traffic that comes once a day.
    private const int MaxSeconds = 31 * 86_400;

    /// <summary>Null, or the member at fault and what is wrong with it.</summary>
    public static TrafficFault? Check(RolloutPlan plan)
    {
        if (plan.Candidate < 1) return new("candidate", $"candidate is {plan.Candidate}; it must be a whole number from 1");
        if (plan.Baseline < 1) return new("baseline", $"baseline is {plan.Baseline}; it must be a whole number from 1, or left out where a version has every request");
        if (plan.Candidate == plan.Baseline) return new("candidate", $"candidate is {plan.Candidate}, which is the baseline");
        if (plan.Steps.Count is 0 or > MaxSteps) return new("steps", $"steps has {plan.Steps.Count} elements; it must have 1 to {MaxSteps}");
        if (!double.IsFinite(plan.Tolerance) || plan.Tolerance < 0) return new("tolerance", $"tolerance is {plan.Tolerance}; it must be a number from 0 up");
        return CheckSteps(plan.Steps) ?? CheckGuardrails(plan.Guardrails) ?? CheckShadowed(plan) ?? TrafficRules.CheckWho(plan.Author, plan.Reason);
    }

    private static TrafficFault? CheckSteps(IReadOnlyList<RolloutStep> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            if (step.BasisPoints is < 1 or > BucketMap.Buckets) return Fault(i, "percent", Percent.Text(step.BasisPoints), "above 0 and at most 100, in steps of 0.01");
            if (step.Samples < 1) return Fault(i, "samples", $"{step.Samples}", "a whole number from 1");
            if (step.MinSeconds is < 0 or > MaxSeconds) return Fault(i, "minSeconds", $"{step.MinSeconds}", $"0 to {MaxSeconds}");
            if (i == 0 || step.IsShadow != steps[i - 1].IsShadow) continue;
            if (step.BasisPoints < steps[i - 1].BasisPoints) return Fault(i, "percent", Percent.Text(step.BasisPoints), $"at least the {Percent.Text(steps[i - 1].BasisPoints)} of the step before");
        }
        for (var i = 1; i < steps.Count; i++)
        {
            if (steps[i].IsShadow && !steps[i - 1].IsShadow) return new($"steps[{i}].shadow", $"steps[{i}] is a shadow behind a step that is none; shadows come first");
        }
        return null;
    }

    // It would never look.
    private static TrafficFault? CheckShadowed(RolloutPlan plan) => plan.Guardrails.MaxDisagreement is { } percent && !plan.Steps.Any(s => s.IsShadow)
        ? new("guardrails.maxDisagreementPercent", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"guardrails.maxDisagreementPercent is {percent}; only the copies of a shadow are compared, and no step is one"))
        : null;

    private static TrafficFault? CheckGuardrails(Guardrails guards) =>
        Range("maxErrorIncreasePercent", guards.MaxErrorIncrease, 0, 100)
        ?? Range("maxLatencyRatio", guards.MaxLatencyRatio, 1, 1_000)
        ?? Range("latencyQuantile", guards.LatencyQuantile, 0.5, 0.999)
        ?? Range("latencySlackMs", guards.LatencySlackMs, 0, 60_000)
        ?? Range("maxDisagreementPercent", guards.MaxDisagreement, 0, 100)
        ?? Range("maxPsi", guards.MaxPsi, 0, 100)
        ?? Range("maxKs", guards.MaxKs, 0, 1)
        ?? Range("minSamples", guards.MinSamples, 1, 1_000_000_000)
        ?? Range("minScores", guards.MinScores, 1, 1_000_000_000);

    private static TrafficFault? Range(string name, double? value, double least, double most) =>
        value is null || (value >= least && value <= most)
            ? null
            : new($"guardrails.{name}", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"guardrails.{name} is {value}; it must be {least} to {most}"));

    private static TrafficFault Fault(int step, string member, string value, string rule) =>
        new($"steps[{step}].{member}", $"steps[{step}].{member} is {value}; it must be {rule}");
}

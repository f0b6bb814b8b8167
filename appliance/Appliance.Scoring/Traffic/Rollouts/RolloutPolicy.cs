using System.Globalization;
using Appliance.Scoring.Traffic.Arms;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>What becomes of a rollout by what its step has seen. Pure.</summary>
public static class RolloutPolicy
{
    private const string DisagreementGuard = "disagreement";

    // Characters of an error in a finding. 200: what failed; what the runtime says of it goes on for long.
    private const int MaxError = 200;

    /// <summary>What the guardrails find, each that is set.</summary>
    /// <param name="step">A step that ends with fewer samples than the guardrails want is judged by those that it has.</param>
    /// <param name="baseline">What the candidate is compared with.</param>
    /// <param name="lastError">What the candidate's last failed request was told; empty where that is not known.</param>
    public static IReadOnlyList<GuardFinding> Judge(Guardrails guards, RolloutStep step, ArmTally baseline, ArmTally candidate, string lastError = "")
    {
        guards = guards with { MinSamples = Math.Min(guards.MinSamples, step.Samples) };
        var findings = new List<GuardFinding>();
        if (guards.MaxErrorIncrease is { } errors) findings.Add(Errors(errors, guards, baseline, candidate, lastError));
        if (guards.MaxLatencyRatio is { } ratio) findings.Add(Latency(ratio, guards, baseline, candidate));
        if (guards.MaxDisagreement is { } disagreement && (step.IsShadow || candidate.Compared > 0)) findings.Add(Disagreement(disagreement, guards, candidate));
        if (guards.MaxPsi is { } psi) findings.Add(Distance("psi", "PSI", psi, Drift.Psi, guards, baseline, candidate));
        if (guards.MaxKs is { } ks) findings.Add(Distance("ks", "Kolmogorov-Smirnov distance", ks, Drift.Ks, guards, baseline, candidate));
        return findings;
    }

    /// <summary>What to do now.</summary>
    /// <param name="evidence">Of the present step, with the findings as they are now.</param>
    public static RolloutDecision Decide(RolloutPlan plan, StepEvidence evidence, DateTimeOffset now)
    {
        if (evidence.Verdict is { Passed: false } verdict) return new(RolloutAction.RollBack, $"the verdict of {verdict.Author} is against it: {verdict.Reason}");
        if (evidence.Findings.FirstOrDefault(f => f.IsBroken) is { } broken) return new(RolloutAction.RollBack, broken.Words);
        var step = plan.Steps[evidence.Step];
        if (evidence.Candidate.Requests < step.Samples) return new(RolloutAction.Wait, $"{evidence.Candidate.Requests} of {step.Samples} samples");
        var left = evidence.StartedAt.AddSeconds(step.MinSeconds) - now;
        if (left > TimeSpan.Zero) return new(RolloutAction.Wait, string.Create(CultureInfo.InvariantCulture, $"the step takes {left.TotalSeconds:0} seconds more at least"));
        // Asked for by name and measured in shadows alone: what nothing was compared of has not passed.
        if (step.IsShadow && evidence.Findings.FirstOrDefault(f => f is { Guard: DisagreementGuard, Value: null }) is { } unseen) return new(RolloutAction.Wait, $"{DisagreementGuard} is {unseen.Words}");
        if (step.NeedsVerdict && evidence.Verdict is null) return new(RolloutAction.Wait, "a verdict on the candidate's quality is missing");
        return evidence.Step + 1 == plan.Steps.Count
            ? new(RolloutAction.Complete, "every step has passed")
            : new(RolloutAction.Advance, $"step {evidence.Step + 1} has passed");
    }

    private static GuardFinding Errors(double limit, Guardrails guards, ArmTally baseline, ArmTally candidate, string lastError)
    {
        if (candidate.Requests < guards.MinSamples) return TooFew("errors", limit, candidate.Requests, guards.MinSamples, "requests");
        var increase = 100 * (candidate.ErrorRate - baseline.ErrorRate);
        var told = increase > limit && lastError.Length > 0 ? $"; the last with: {(lastError.Length <= MaxError ? lastError : lastError[..MaxError] + "...")}" : "";
        return new("errors", increase, limit, increase > limit, Text(
            $"{100 * candidate.ErrorRate:0.##} % of the candidate's {candidate.Requests} requests failed, {100 * baseline.ErrorRate:0.##} % of the baseline's; {limit:0.##} points more are allowed{told}"));
    }

    private static GuardFinding Latency(double limit, Guardrails guards, ArmTally baseline, ArmTally candidate)
    {
        var fewest = Math.Min(baseline.Durations.Total, candidate.Durations.Total);
        if (fewest < guards.MinSamples) return TooFew("latency", limit, fewest, guards.MinSamples, "answers");
        var (before, after) = (baseline.Durations.Quantile(guards.LatencyQuantile) / 1e3, candidate.Durations.Quantile(guards.LatencyQuantile) / 1e3);
        var ratio = before > 0 ? after / before : after > 0 ? double.MaxValue : 1;
        var isAbove = ratio > limit && after - before > guards.LatencySlackMs;
        var (above, chance) = (candidate.Durations.CountAbove(Math.Max(before * limit, before + guards.LatencySlackMs) * 1e3), ByChance(candidate.Durations.Total * (1 - guards.LatencyQuantile)));
        var told = isAbove && above <= chance ? Text($"; {above} of {candidate.Durations.Total} answers took longer than that, which may be chance up to {chance}") : "";
        return new("latency", ratio, limit, isAbove && above > chance, Text(
            $"the candidate takes {after:0.###} ms at the {100 * guards.LatencyQuantile:0.#}th percentile, the baseline {before:0.###} ms; {limit:0.##} times that, and {guards.LatencySlackMs:0.###} ms more in any case, are allowed{told}"));
    }

    // A high percentile of few answers is the slowest of them, and one that the machine held up says nothing of a version. Three standard deviations of so rare
    // an event, for a step is looked at once a second: 3 of 50 answers may lie above a 99th percentile, 20 of 1,000.
    private static long ByChance(double expected) => (long)(expected + (3 * Math.Sqrt(expected)) + 1);

    private static GuardFinding Disagreement(double limit, Guardrails guards, ArmTally candidate)
    {
        if (candidate.Compared < guards.MinSamples) return TooFew(DisagreementGuard, limit, candidate.Compared, guards.MinSamples, "compared rows");
        var percent = 100 * candidate.DisagreementRate;
        return new(DisagreementGuard, percent, limit, percent > limit, Text(
            $"{percent:0.##} % of {candidate.Compared} rows were scored otherwise than they were served; {limit:0.##} % are allowed"));
    }

    private static GuardFinding Distance(
        string guard, string words, double limit, Func<ValueCounts, ValueCounts, double> distance, Guardrails guards, ArmTally baseline, ArmTally candidate)
    {
        var fewest = Math.Min(baseline.Scores.Total, candidate.Scores.Total);
        if (fewest < guards.MinScores) return TooFew(guard, limit, fewest, guards.MinScores, "scores");
        var value = distance(baseline.Scores, candidate.Scores);
        return new(guard, value, limit, value > limit, Text($"the {words} of the candidate's scores is {value:0.###}; {limit:0.###} is allowed"));
    }

    private static GuardFinding TooFew(string guard, double limit, long have, long need, string what) =>
        new(guard, null, limit, false, Text($"not judged yet: {have} of {need} {what}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;
using Messages = Contracts.Traffic;

namespace Appliance.Host.Grpc.Traffic;

/// <summary>Rollouts between the wire and the controller.</summary>
internal static class RolloutMessages
{
    /// <param name="author">Who is written down for it.</param>
    public static RolloutPlan ToPlan(this Messages.StartRolloutRequest message, string author) => new(
        message.Baseline, message.Candidate,
        message.Steps.Count == 0 ? RolloutStep.Default : [.. message.Steps.Select(ToStep)],
        message.Guardrails is { } guards ? ToGuardrails(guards) : Guardrails.Default,
        message.HasTolerance ? message.Tolerance : ShadowShare.DefaultTolerance, author, message.Reason);

    public static Messages.RolloutState ToMessage(this RolloutState state)
    {
        var message = new Messages.RolloutState
        {
            Model = state.Model,
            Number = state.Number,
            Status = RolloutController.Word(state.Status),
            Why = state.Why,
            Baseline = state.Plan.Baseline,
            Candidate = state.Plan.Candidate,
            Step = state.Step + 1,
            Guardrails = ToMessage(state.Plan.Guardrails),
            Author = state.Plan.Author,
            Reason = state.Plan.Reason,
            StartedAt = TrafficMessages.Micros(state.StartedAt),
            ChangedAt = TrafficMessages.Micros(state.ChangedAt),
        };
        for (var i = 0; i < state.Plan.Steps.Count; i++)
        {
            var evidence = state.Evidence.FirstOrDefault(e => e.Step == i);
            message.Steps.Add(new Messages.StepState { Step = ToMessage(state.Plan.Steps[i]), Evidence = evidence is null ? null : ToMessage(evidence) });
        }
        return message;
    }

    private static RolloutStep ToStep(Messages.RolloutStep step) => new(
        step.Shadow, step.Shadow && step.BasisPoints == 0 ? BucketMap.Buckets : step.BasisPoints,
        step.Samples == 0 ? RolloutStep.DefaultSamples : step.Samples, step.MinSeconds, step.NeedsVerdict);

    private static Guardrails ToGuardrails(Messages.Guardrails guards)
    {
        var usual = Guardrails.Default;
        return new Guardrails(
            Limit(guards.HasMaxErrorIncreasePercent, guards.MaxErrorIncreasePercent, usual.MaxErrorIncrease),
            Limit(guards.HasMaxLatencyRatio, guards.MaxLatencyRatio, usual.MaxLatencyRatio),
            guards.HasLatencyQuantile ? guards.LatencyQuantile : usual.LatencyQuantile,
            guards.HasLatencySlackMs ? guards.LatencySlackMs : usual.LatencySlackMs,
            Limit(guards.HasMaxDisagreementPercent, guards.MaxDisagreementPercent, usual.MaxDisagreement),
            Limit(guards.HasMaxPsi, guards.MaxPsi, usual.MaxPsi),
            Limit(guards.HasMaxKs, guards.MaxKs, usual.MaxKs),
            guards.HasMinSamples ? guards.MinSamples : usual.MinSamples,
            guards.HasMinScores ? guards.MinScores : usual.MinScores);
    }

    private static double? Limit(bool isGiven, double value, double? usual) => !isGiven ? usual : value < 0 ? null : value;

    private static Messages.RolloutStep ToMessage(RolloutStep step) => new()
    {
        Shadow = step.IsShadow, BasisPoints = step.BasisPoints, Samples = step.Samples, MinSeconds = step.MinSeconds, NeedsVerdict = step.NeedsVerdict,
    };

    private static Messages.Guardrails ToMessage(Guardrails guards) => new()
    {
        MaxErrorIncreasePercent = guards.MaxErrorIncrease ?? -1,
        MaxLatencyRatio = guards.MaxLatencyRatio ?? -1,
        LatencyQuantile = guards.LatencyQuantile,
        LatencySlackMs = guards.LatencySlackMs,
        MaxDisagreementPercent = guards.MaxDisagreement ?? -1,
        MaxPsi = guards.MaxPsi ?? -1,
        MaxKs = guards.MaxKs ?? -1,
        MinSamples = guards.MinSamples,
        MinScores = guards.MinScores,
    };

    private static Messages.Evidence ToMessage(StepEvidence evidence)
    {
        var message = new Messages.Evidence
        {
            Outcome = evidence.Outcome,
            Baseline = evidence.Baseline.ToMessage(),
            Candidate = evidence.Candidate.ToMessage(),
            StartedAt = TrafficMessages.Micros(evidence.StartedAt),
            EndedAt = evidence.EndedAt is { } ended ? TrafficMessages.Micros(ended) : 0,
        };
        message.Findings.AddRange(evidence.Findings.Select(ToMessage));
        if (evidence.Verdict is not { } verdict) return message;
        message.Verdict = new Messages.Verdict { Passed = verdict.Passed, Author = verdict.Author, Reason = verdict.Reason, At = TrafficMessages.Micros(verdict.At) };
        foreach (var (name, value) in verdict.Metrics) message.Verdict.Metrics[name] = value;
        return message;
    }

    private static Messages.Finding ToMessage(GuardFinding finding)
    {
        var message = new Messages.Finding { Guard = finding.Guard, Limit = finding.Limit, Broken = finding.IsBroken, Words = finding.Words };
        if (finding.Value is { } value) message.Value = value;
        return message;
    }
}

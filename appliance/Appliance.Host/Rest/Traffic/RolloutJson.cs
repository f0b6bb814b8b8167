using System.Text.Json;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;

namespace Appliance.Host.Rest.Traffic;

/// <summary>A rollout in JSON.</summary>
internal static class RolloutJson
{
    public static void Write(Utf8JsonWriter json, RolloutState state)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, state.Model);
        json.WriteNumber("number"u8, state.Number);
        json.WriteString("status"u8, RolloutController.Word(state.Status));
        json.WriteString("why"u8, state.Why);
        json.WriteNumber("baseline"u8, state.Plan.Baseline);
        json.WriteNumber("candidate"u8, state.Plan.Candidate);
        json.WriteNumber("step"u8, state.Step + 1);
        json.WriteString("startedAt"u8, state.StartedAt.UtcDateTime);
        json.WriteString("changedAt"u8, state.ChangedAt.UtcDateTime);
        json.WriteString("author"u8, state.Plan.Author);
        json.WriteString("reason"u8, state.Plan.Reason);
        json.WriteNumber("tolerance"u8, state.Plan.Tolerance);
        Write(json, state.Plan.Guardrails);
        json.WriteStartArray("steps"u8);
        for (var step = 0; step < state.Plan.Steps.Count; step++) WriteStep(json, state.Plan.Steps[step], state.Evidence.FirstOrDefault(e => e.Step == step));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Guardrails guards)
    {
        json.WriteStartObject("guardrails"u8);
        WriteLimit(json, "maxErrorIncreasePercent", guards.MaxErrorIncrease);
        WriteLimit(json, "maxLatencyRatio", guards.MaxLatencyRatio);
        WriteLimit(json, "latencyQuantile", guards.LatencyQuantile);
        WriteLimit(json, "latencySlackMs", guards.LatencySlackMs);
        WriteLimit(json, "maxDisagreementPercent", guards.MaxDisagreement);
        WriteLimit(json, "maxPsi", guards.MaxPsi);
        WriteLimit(json, "maxKs", guards.MaxKs);
        json.WriteNumber("minSamples"u8, guards.MinSamples);
        json.WriteNumber("minScores"u8, guards.MinScores);
        json.WriteEndObject();
    }

    private static void WriteLimit(Utf8JsonWriter json, string name, double? limit)
    {
        if (limit is { } value) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }

    private static void WriteStep(Utf8JsonWriter json, RolloutStep step, StepEvidence? evidence)
    {
        json.WriteStartObject();
        json.WriteBoolean("shadow"u8, step.IsShadow);
        json.WriteNumber("percent"u8, Percent.Of(step.BasisPoints));
        json.WriteNumber("samples"u8, step.Samples);
        json.WriteNumber("minSeconds"u8, step.MinSeconds);
        json.WriteBoolean("needsVerdict"u8, step.NeedsVerdict);
        if (evidence is not null) WriteEvidence(json, evidence);
        json.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter json, StepEvidence evidence)
    {
        json.WriteStartObject("evidence"u8);
        json.WriteString("outcome"u8, evidence.Outcome);
        json.WriteString("startedAt"u8, evidence.StartedAt.UtcDateTime);
        if (evidence.EndedAt is { } ended) json.WriteString("endedAt"u8, ended.UtcDateTime);
        json.WritePropertyName("baseline"u8);
        TrafficJson.Write(json, evidence.Baseline);
        json.WritePropertyName("candidate"u8);
        TrafficJson.Write(json, evidence.Candidate);
        json.WriteStartArray("findings"u8);
        foreach (var finding in evidence.Findings) WriteFinding(json, finding);
        json.WriteEndArray();
        if (evidence.Verdict is { } verdict) WriteVerdict(json, verdict);
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, GuardFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("guard"u8, finding.Guard);
        WriteLimit(json, "value", finding.Value);
        json.WriteNumber("limit"u8, finding.Limit);
        json.WriteBoolean("broken"u8, finding.IsBroken);
        json.WriteString("words"u8, finding.Words);
        json.WriteEndObject();
    }

    private static void WriteVerdict(Utf8JsonWriter json, RolloutVerdict verdict)
    {
        json.WriteStartObject("verdict"u8);
        json.WriteBoolean("passed"u8, verdict.Passed);
        json.WriteString("author"u8, verdict.Author);
        json.WriteString("reason"u8, verdict.Reason);
        json.WriteString("at"u8, verdict.At.UtcDateTime);
        json.WriteStartObject("metrics"u8);
        foreach (var (name, value) in verdict.Metrics) json.WriteNumber(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

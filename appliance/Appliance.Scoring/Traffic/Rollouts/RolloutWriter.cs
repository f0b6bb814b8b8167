using System.Buffers;
using System.Text.Json;
using Appliance.Scoring.Traffic.Arms;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>Writes the rollout file's content, by hand for the reason that <see cref="TrafficCodec"/> has.</summary>
internal static class RolloutWriter
{
    public static byte[] Write(Dictionary<string, List<RolloutState>> rollouts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("rollouts"u8);
            foreach (var states in rollouts.Values)
            {
                foreach (var state in states) Write(json, state);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, RolloutState state)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, state.Model);
        json.WriteNumber("number"u8, state.Number);
        json.WriteNumber("status"u8, (int)state.Status);
        json.WriteString("why"u8, state.Why);
        json.WriteString("startedAt"u8, state.StartedAt);
        json.WriteString("changedAt"u8, state.ChangedAt);
        json.WritePropertyName("plan"u8);
        Write(json, state.Plan);
        json.WriteStartArray("evidence"u8);
        foreach (var evidence in state.Evidence) Write(json, evidence);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RolloutPlan plan)
    {
        json.WriteStartObject();
        json.WriteNumber("baseline"u8, plan.Baseline);
        json.WriteNumber("candidate"u8, plan.Candidate);
        json.WriteNumber("tolerance"u8, plan.Tolerance);
        json.WriteString("author"u8, plan.Author);
        json.WriteString("reason"u8, plan.Reason);
        var guards = plan.Guardrails;
        json.WriteStartObject("guardrails"u8);
        WriteLimit(json, "maxErrorIncrease"u8, guards.MaxErrorIncrease);
        WriteLimit(json, "maxLatencyRatio"u8, guards.MaxLatencyRatio);
        json.WriteNumber("latencyQuantile"u8, guards.LatencyQuantile);
        json.WriteNumber("latencySlackMs"u8, guards.LatencySlackMs);
        WriteLimit(json, "maxDisagreement"u8, guards.MaxDisagreement);
        WriteLimit(json, "maxPsi"u8, guards.MaxPsi);
        WriteLimit(json, "maxKs"u8, guards.MaxKs);
        json.WriteNumber("minSamples"u8, guards.MinSamples);
        json.WriteNumber("minScores"u8, guards.MinScores);
        json.WriteEndObject();
        json.WriteStartArray("steps"u8);
        foreach (var step in plan.Steps)
        {
            json.WriteStartObject();
            json.WriteBoolean("shadow"u8, step.IsShadow);
            json.WriteNumber("basisPoints"u8, step.BasisPoints);
            json.WriteNumber("samples"u8, step.Samples);
            json.WriteNumber("minSeconds"u8, step.MinSeconds);
            json.WriteBoolean("needsVerdict"u8, step.NeedsVerdict);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StepEvidence evidence)
    {
        json.WriteStartObject();
        json.WriteNumber("step"u8, evidence.Step);
        json.WriteString("outcome"u8, evidence.Outcome);
        json.WriteString("startedAt"u8, evidence.StartedAt);
        if (evidence.EndedAt is { } ended) json.WriteString("endedAt"u8, ended);
        json.WritePropertyName("baseline"u8);
        Write(json, evidence.Baseline);
        json.WritePropertyName("candidate"u8);
        Write(json, evidence.Candidate);
        json.WriteStartArray("findings"u8);
        foreach (var finding in evidence.Findings)
        {
            json.WriteStartObject();
            json.WriteString("guard"u8, finding.Guard);
            WriteLimit(json, "value"u8, finding.Value);
            json.WriteNumber("limit"u8, finding.Limit);
            json.WriteBoolean("broken"u8, finding.IsBroken);
            json.WriteString("words"u8, finding.Words);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (evidence.Verdict is { } verdict) Write(json, verdict);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RolloutVerdict verdict)
    {
        json.WriteStartObject("verdict"u8);
        json.WriteBoolean("passed"u8, verdict.Passed);
        json.WriteString("author"u8, verdict.Author);
        json.WriteString("reason"u8, verdict.Reason);
        json.WriteString("at"u8, verdict.At);
        json.WriteStartObject("metrics"u8);
        foreach (var (name, value) in verdict.Metrics) json.WriteNumber(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ArmTally tally)
    {
        json.WriteStartObject();
        json.WriteNumber("requests"u8, tally.Requests);
        json.WriteNumber("errors"u8, tally.Errors);
        json.WriteNumber("compared"u8, tally.Compared);
        json.WriteNumber("disagreed"u8, tally.Disagreed);
        json.WriteNumber("difference"u8, tally.Difference);
        json.WriteNumber("dropped"u8, tally.Dropped);
        json.WritePropertyName("durations"u8);
        Write(json, tally.Durations);
        json.WritePropertyName("scores"u8);
        Write(json, tally.Scores);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ValueCounts counts)
    {
        json.WriteStartObject();
        json.WriteNumber("notFinite"u8, counts.NotFinite);
        json.WriteStartArray("buckets"u8);
        foreach (var bucket in counts.Buckets) json.WriteNumberValue(bucket);
        json.WriteEndArray();
        json.WriteStartArray("counts"u8);
        foreach (var count in counts.Counts) json.WriteNumberValue(count);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // What is left out is null: a limit that is off, a finding that has no value yet.
    private static void WriteLimit(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }
}

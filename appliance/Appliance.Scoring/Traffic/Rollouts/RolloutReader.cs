using System.Text.Json;
using Appliance.Scoring.Traffic.Arms;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>Reads what <see cref="RolloutWriter"/> wrote.</summary>
internal static class RolloutReader
{
    /// <exception cref="JsonException">It is no such content; its checksum says that it was written so.</exception>
    public static Dictionary<string, List<RolloutState>> Read(byte[] content)
    {
        using var document = JsonDocument.Parse(content);
        var rollouts = new Dictionary<string, List<RolloutState>>(StringComparer.Ordinal);
        foreach (var json in document.RootElement.GetProperty("rollouts"u8).EnumerateArray())
        {
            var state = ReadState(json);
            if (!rollouts.TryGetValue(state.Model, out var states)) rollouts[state.Model] = states = [];
            states.Add(state);
        }
        return rollouts;
    }

    private static RolloutState ReadState(JsonElement json)
    {
        var evidence = new List<StepEvidence>();
        foreach (var step in json.GetProperty("evidence"u8).EnumerateArray()) evidence.Add(ReadEvidence(step));
        return new RolloutState(
            Text(json, "model"u8), Whole(json, "number"u8), ReadPlan(json.GetProperty("plan"u8)), (RolloutStatus)Whole(json, "status"u8), evidence, Text(json, "why"u8),
            json.GetProperty("startedAt"u8).GetDateTimeOffset(), json.GetProperty("changedAt"u8).GetDateTimeOffset());
    }

    private static RolloutPlan ReadPlan(JsonElement json)
    {
        var steps = new List<RolloutStep>();
        foreach (var step in json.GetProperty("steps"u8).EnumerateArray())
        {
            steps.Add(new RolloutStep(
                step.GetProperty("shadow"u8).GetBoolean(), (int)Whole(step, "basisPoints"u8), Whole(step, "samples"u8), (int)Whole(step, "minSeconds"u8),
                step.GetProperty("needsVerdict"u8).GetBoolean()));
        }
        var guards = json.GetProperty("guardrails"u8);
        return new RolloutPlan(
            Whole(json, "baseline"u8), Whole(json, "candidate"u8), steps,
            new Guardrails(
                Limit(guards, "maxErrorIncrease"u8), Limit(guards, "maxLatencyRatio"u8), guards.GetProperty("latencyQuantile"u8).GetDouble(),
                guards.GetProperty("latencySlackMs"u8).GetDouble(), Limit(guards, "maxDisagreement"u8), Limit(guards, "maxPsi"u8), Limit(guards, "maxKs"u8),
                Whole(guards, "minSamples"u8), Whole(guards, "minScores"u8)),
            json.GetProperty("tolerance"u8).GetDouble(), Text(json, "author"u8), Text(json, "reason"u8));
    }

    private static StepEvidence ReadEvidence(JsonElement json)
    {
        var findings = new List<GuardFinding>();
        foreach (var finding in json.GetProperty("findings"u8).EnumerateArray())
        {
            findings.Add(new GuardFinding(
                Text(finding, "guard"u8), Limit(finding, "value"u8), finding.GetProperty("limit"u8).GetDouble(), finding.GetProperty("broken"u8).GetBoolean(), Text(finding, "words"u8)));
        }
        return new StepEvidence(
            (int)Whole(json, "step"u8), json.GetProperty("startedAt"u8).GetDateTimeOffset(),
            json.TryGetProperty("endedAt"u8, out var ended) ? ended.GetDateTimeOffset() : null, Text(json, "outcome"u8),
            ReadTally(json.GetProperty("baseline"u8)), ReadTally(json.GetProperty("candidate"u8)), findings,
            json.TryGetProperty("verdict"u8, out var verdict) ? ReadVerdict(verdict) : null);
    }

    private static RolloutVerdict ReadVerdict(JsonElement json)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var metric in json.GetProperty("metrics"u8).EnumerateObject()) metrics[metric.Name] = metric.Value.GetDouble();
        return new RolloutVerdict(
            json.GetProperty("passed"u8).GetBoolean(), Text(json, "author"u8), Text(json, "reason"u8), metrics, json.GetProperty("at"u8).GetDateTimeOffset());
    }

    private static ArmTally ReadTally(JsonElement json) => new(
        Whole(json, "requests"u8), Whole(json, "errors"u8), ReadCounts(json.GetProperty("durations"u8)), ReadCounts(json.GetProperty("scores"u8)),
        Whole(json, "compared"u8), Whole(json, "disagreed"u8), json.GetProperty("difference"u8).GetDouble(), Whole(json, "dropped"u8));

    private static ValueCounts ReadCounts(JsonElement json)
    {
        var (buckets, counts) = (json.GetProperty("buckets"u8), json.GetProperty("counts"u8));
        var read = new ValueCounts(new int[buckets.GetArrayLength()], new long[counts.GetArrayLength()], Whole(json, "notFinite"u8));
        for (var i = 0; i < read.Buckets.Length; i++)
        {
            read.Buckets[i] = buckets[i].GetInt32();
            read.Counts[i] = counts[i].GetInt64();
        }
        return read;
    }

    private static string Text(JsonElement json, ReadOnlySpan<byte> name) => json.GetProperty(name).GetString()!;

    private static long Whole(JsonElement json, ReadOnlySpan<byte> name) => json.GetProperty(name).GetInt64();

    private static double? Limit(JsonElement json, ReadOnlySpan<byte> name) => json.TryGetProperty(name, out var value) ? value.GetDouble() : null;
}

using System.Text.Json;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;

namespace Appliance.Host.Rest.Traffic;

/// <summary>Reads what somebody wants of a rollout.</summary>
internal static class RolloutBody
{
    private static readonly string[] GuardMembers =
        ["maxErrorIncreasePercent", "maxLatencyRatio", "latencyQuantile", "latencySlackMs", "maxDisagreementPercent", "maxPsi", "maxKs", "minSamples", "minScores"];

    /// <summary>Reads a plan; null, or why it is refused. Ranges are checked by the controller.</summary>
    public static TrafficFault? ParsePlan(ReadOnlyMemory<byte> body, out RolloutPlan plan)
    {
        plan = new RolloutPlan(0, 0, [], Guardrails.Default, 0, "", "");
        if (!TrafficBody.TryDocument(body, out var document, out var fault)) return fault;
        using (document)
        {
            string[] names = ["candidate", "baseline", "steps", "guardrails", "tolerance", "author", "reason"];
            if (BodyMembers.Of(document.RootElement, "a rollout", "", names, out fault) is not { } members) return fault;
            members.Need("candidate", "a whole number from 1");
            var steps = members.TryFind("steps", out _) ? members.Elements("steps").Select((e, i) => Step(e, i, members)).ToArray() : RolloutStep.Default;
            var guards = members.TryFind("guardrails", out var given) ? Guards(given, members) : Guardrails.Default;
            plan = new RolloutPlan(
                members.Whole("baseline", 0), members.Whole("candidate", 0), steps, guards,
                members.Number("tolerance", ShadowShare.DefaultTolerance) ?? ShadowShare.DefaultTolerance, members.Text("author"), members.Text("reason"));
            return members.Fault;
        }
    }

    /// <summary>Reads a verdict; its time is the controller's.</summary>
    public static TrafficFault? ParseVerdict(ReadOnlyMemory<byte> body, out RolloutVerdict verdict)
    {
        verdict = new RolloutVerdict(false, "", "", new Dictionary<string, double>(), default);
        if (!TrafficBody.TryDocument(body, out var document, out var fault)) return fault;
        using (document)
        {
            if (BodyMembers.Of(document.RootElement, "a verdict", "", ["passed", "author", "reason", "metrics"], out fault) is not { } members) return fault;
            members.Need("passed", "true or false");
            verdict = new RolloutVerdict(members.Flag("passed"), members.Text("author"), members.Text("reason"), Metrics(members), default);
            return members.Fault;
        }
    }

    private static Dictionary<string, double> Metrics(BodyMembers members)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        if (!members.TryFind("metrics", out var given)) return metrics;
        if (given.ValueKind != JsonValueKind.Object)
        {
            members.Refuse(new("metrics", $"metrics is {given.GetRawText()}; it must be an object of names and numbers"));
            return metrics;
        }
        foreach (var metric in given.EnumerateObject())
        {
            if (metric.Value.ValueKind == JsonValueKind.Number) metrics[metric.Name] = metric.Value.GetDouble();
            else members.Refuse(new($"metrics.{metric.Name}", $"metrics.{metric.Name} is {metric.Value.GetRawText()}; it must be a number"));
        }
        return metrics;
    }

    private static RolloutStep Step(JsonElement element, int at, BodyMembers all)
    {
        var members = BodyMembers.Of(element, "a step", $"steps[{at}].", ["shadow", "percent", "samples", "minSeconds", "needsVerdict"], out var fault);
        all.Refuse(fault);
        if (members is null) return new(false, 0, 0);
        var isShadow = members.Flag("shadow");
        if (!isShadow) members.Need("percent", Percent.Rule);
        var step = new RolloutStep(
            isShadow, members.BasisPoints("percent", isShadow ? BucketMap.Buckets : 0), members.Whole("samples", RolloutStep.DefaultSamples),
            (int)Math.Clamp(members.Whole("minSeconds", 0), int.MinValue, int.MaxValue), members.Flag("needsVerdict"));
        all.Refuse(members.Fault);
        return step;
    }

    // What is left out keeps its default; null switches a guardrail off.
    private static Guardrails Guards(JsonElement element, BodyMembers all)
    {
        var usual = Guardrails.Default;
        var members = BodyMembers.Of(element, "guardrails", "guardrails.", GuardMembers, out var fault);
        all.Refuse(fault);
        if (members is null) return usual;
        var guards = new Guardrails(
            members.Number("maxErrorIncreasePercent", usual.MaxErrorIncrease), members.Number("maxLatencyRatio", usual.MaxLatencyRatio),
            members.Number("latencyQuantile", usual.LatencyQuantile) ?? usual.LatencyQuantile, members.Number("latencySlackMs", usual.LatencySlackMs) ?? usual.LatencySlackMs,
            members.Number("maxDisagreementPercent", usual.MaxDisagreement), members.Number("maxPsi", usual.MaxPsi), members.Number("maxKs", usual.MaxKs),
            members.Whole("minSamples", usual.MinSamples), members.Whole("minScores", usual.MinScores));
        all.Refuse(members.Fault);
        return guards;
    }
}

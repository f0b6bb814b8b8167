namespace Appliance.Inference.Lifecycle;

/// <summary>
/// What must be loaded, routed to and unloaded so that a model's ready versions become the desired ones. Pure.
/// Nothing is unloaded while a desired version is missing: a failed load changes nothing that is served.
/// </summary>
public static class VersionPolicy
{
    /// <summary>Versions wanted, given the plan and a pin (0 for none).</summary>
    public static IReadOnlyList<long> Desired(ModelPlan plan, long pinned)
    {
        if (pinned == 0) return plan.Wanted;
        return plan.KeepsOthersWhenPinned ? [.. plan.Wanted.Append(pinned).Distinct().Order()] : [pinned];
    }

    /// <summary>Desired versions that are not ready as the plan has them, lowest first.</summary>
    public static IReadOnlyList<long> ToLoad(IReadOnlyList<long> desired, ModelPlan plan, IReadOnlyDictionary<long, string> ready) =>
        [.. desired.Where(v => !ready.TryGetValue(v, out var fingerprint) || fingerprint != plan.Fingerprints.GetValueOrDefault(v)).Order()];

    /// <summary>What to have ready: the desired versions, and those of the plan that are kept for requests that are split.</summary>
    public static IReadOnlyList<long> WithKept(IReadOnlyList<long> desired, IReadOnlyCollection<long> kept, ModelPlan plan) =>
        kept.Count == 0 ? desired : [.. desired.Union(kept.Where(plan.Fingerprints.ContainsKey)).Order()];

    /// <summary>Ready versions to unload: those neither desired nor kept, and only once every desired one is ready.</summary>
    public static IReadOnlyList<long> ToUnload(IReadOnlyList<long> desired, IReadOnlyList<long> withKept, IReadOnlyCollection<long> ready) =>
        desired.Count > 0 && desired.All(ready.Contains) ? [.. ready.Except(withKept).Order()] : [];

    /// <summary>The version that unversioned requests go to: the pinned one while it is ready, else the highest ready one that is desired, else the present one.</summary>
    public static long Routed(IReadOnlyList<long> desired, IReadOnlyCollection<long> ready, long pinned, long present)
    {
        if (pinned != 0 && ready.Contains(pinned)) return pinned;
        var best = desired.Where(ready.Contains).DefaultIfEmpty().Max();
        return best != 0 ? best : ready.Contains(present) ? present : 0;
    }
}

using Appliance.Inference.Lifecycle;

namespace TestKit;

/// <summary>One model of a <see cref="ScriptedModelSource"/>, under its lock.</summary>
internal sealed class ScriptedFolder
{
    /// <summary>How often each version's files changed.</summary>
    public SortedDictionary<long, int> Revisions { get; } = [];

    /// <summary>Versions that the policy names; null for the latest alone.</summary>
    public long[]? Wanted { get; set; }

    public string? Refusal { get; set; }

    /// <summary>Whether the repository does not list it: only files of a load call make it.</summary>
    public bool Unlisted { get; set; }

    public ModelPlan PlanOf(string model, LoadParameters parameters)
    {
        var fingerprints = Revisions.ToDictionary(r => r.Key, r => $"{r.Key}.{r.Value}{parameters.ConfigJson}");
        long[] wanted = Wanted ?? (Revisions.Count == 0 ? [] : [Revisions.Keys.Max()]);
        return new ModelPlan(model, fingerprints, [.. wanted.Where(Revisions.ContainsKey)], KeepsOthersWhenPinned: Wanted is not null, Content: this);
    }
}

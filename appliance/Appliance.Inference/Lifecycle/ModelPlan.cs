namespace Appliance.Inference.Lifecycle;

/// <summary>
/// One model as its folder stood at one moment: which versions there are, which its policy wants, and a fingerprint of each, by which a
/// version that changed on disk is told from one that is loaded as it is. Owned by the operation that read it.
/// </summary>
/// <param name="Model">The model's name.</param>
/// <param name="Fingerprints">By version: a digest of everything a load of it reads.</param>
/// <param name="Wanted">Versions that the version policy wants.</param>
/// <param name="KeepsOthersWhenPinned">Whether the policy wants its versions served besides a pinned one (all, specific) or instead of it (latest).</param>
/// <param name="Content">What the source needs to load a version: its own type, disposed when the operation ends.</param>
public sealed record ModelPlan(
    string Model, IReadOnlyDictionary<long, string> Fingerprints, IReadOnlyList<long> Wanted, bool KeepsOthersWhenPinned, object Content);

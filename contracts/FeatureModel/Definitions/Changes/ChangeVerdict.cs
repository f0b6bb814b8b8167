namespace FeatureModel.Definitions.Changes;

/// <summary>What a change means to those who read features.</summary>
/// <param name="Path">The value that changes; null where the object is added or removed.</param>
/// <param name="IsBreaking">Whether a feature would no longer be what its readers take it for.</param>
/// <param name="KeepsRows">
/// Whether rows that are stored still hold their values: a breaking change may be one of what readers make of them, as of a time to live.
/// </param>
/// <param name="Reason">One sentence.</param>
/// <param name="Breaks">The features that it breaks, on-demand features over broken ones among them; sorted.</param>
/// <param name="Services">The feature services that name one of them; sorted.</param>
/// <param name="Models">The served models that read one of them.</param>
public sealed record ChangeVerdict(
    DefinitionKind Kind, string Name, string? Path, bool IsBreaking, bool KeepsRows, string Reason, IReadOnlyList<FeatureReference> Breaks,
    IReadOnlyList<string> Services, IReadOnlyList<ServedModel> Models)
{
    public override string ToString() =>
        $"{Kind.Word()} {Name}{(Path is null ? "" : $": {Path}")} is {(IsBreaking ? "breaking" : "compatible")}: {Reason}"
        + (Models.Count == 0 ? "" : $"; it would break {string.Join(", ", Models)}");
}

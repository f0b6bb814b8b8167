using System.Text.Json;

namespace FeatureModel.Definitions.Changes;

/// <summary>
/// Whether changes of definitions are compatible or breaking, and what a breaking one breaks. Pure. A change is breaking where a feature's
/// value would no longer be what a model learnt it as: the rules stand in docs/features/definitions.md.
/// </summary>
public static class CompatibilityPolicy
{
    /// <summary>One verdict for each object added or removed and for each value changed.</summary>
    /// <param name="before">The definitions that the changes start from.</param>
    /// <param name="changes">As <see cref="DefinitionDiff.Between"/> gives them.</param>
    /// <param name="served">What served models read of <paramref name="before"/>.</param>
    public static IReadOnlyList<ChangeVerdict> Judge(
        DefinitionCatalog before, IReadOnlyList<DefinitionChange> changes, IReadOnlyList<ServedFeatures> served)
    {
        var uses = new FeatureUses(before);
        var services = before.Definitions.FeatureServices.Select(s => (s.Name, Features: before.FeaturesOf(s).ToHashSet())).ToArray();
        var verdicts = new List<ChangeVerdict>();
        foreach (var change in changes)
        {
            if (change.Type != ChangeType.Changed)
            {
                var added = change.Type == ChangeType.Added;
                verdicts.Add(Verdict(change, null, added ? FieldVerdict.Compatible("nothing reads it yet") : OfRemoval(change, uses)));
            }
            foreach (var field in change.Fields) verdicts.Add(Verdict(change, field.Path, OfField(change, field, before, uses)));
        }
        return verdicts;

        ChangeVerdict Verdict(DefinitionChange change, string? path, FieldVerdict verdict)
        {
            var breaks = uses.WithDependents(verdict.Breaks);
            return new(change.Kind, change.Name, path, verdict.IsBreaking, verdict.KeepsRows, verdict.Reason, breaks,
                [.. services.Where(s => s.Features.Overlaps(breaks)).Select(s => s.Name).Order(StringComparer.Ordinal)],
                [.. served.Where(m => m.Features.Overlaps(breaks) || IsItsService(change, m.Model)).Select(m => m.Model)]);
        }
    }

    private static bool IsItsService(DefinitionChange change, ServedModel model) =>
        change is { Kind: DefinitionKind.FeatureService, Type: ChangeType.Removed } && change.Name == model.FeatureService;

    private static FieldVerdict OfRemoval(DefinitionChange change, FeatureUses uses) => change.Kind switch
    {
        DefinitionKind.Entity => FieldVerdict.Breaking("the views of the entity lose their key", uses.OfEntity(change.Name)),
        DefinitionKind.Source => FieldVerdict.Breaking("the views of the source lose their values", uses.OfSource(change.Name)),
        DefinitionKind.FeatureView => FieldVerdict.Breaking("its features are gone", uses.OfView(change.Name)),
        _ => FieldVerdict.Breaking("models that were trained on one of its versions no longer find it", []),
    };

    private static FieldVerdict OfField(DefinitionChange change, FieldChange field, DefinitionCatalog before, FeatureUses uses)
    {
        var parts = field.Path.Split('.');
        if (parts[0] is "description" or "owner" or "tags") return FieldVerdict.Note;
        return change.Kind switch
        {
            DefinitionKind.Entity => parts is ["joinKeys", _, "description"]
                ? FieldVerdict.Note
                : FieldVerdict.Breaking("rows are found by another key", uses.OfEntity(change.Name)),
            DefinitionKind.Source => OfSource(change.Name, field, parts, uses),
            DefinitionKind.FeatureView => ViewCompatibility.Of(change.Name, field, parts, before, uses),
            _ => FieldVerdict.Compatible("the service gets a new version, and the older ones stay as they are"),
        };
    }

    private static FieldVerdict OfSource(string source, FieldChange field, string[] parts, FeatureUses uses) => parts switch
    {
        ["kind"] => FieldVerdict.Breaking("values come in another way", uses.OfSource(source)),
        ["fields", _] when field.Old is null => FieldVerdict.Compatible("nothing reads the field yet"),
        ["fields", var name] => FieldVerdict.Breaking("the field is gone", uses.OfField(source, name)),
        ["fields", _, "description"] => FieldVerdict.Note,
        ["fields", var name, "type"] => OfType(field, uses.OfField(source, name)),
        ["fields"] => FieldVerdict.Compatible("fields are read by name"),
        ["lateness"] => FieldVerdict.Compatible("it settles which late events are taken from now on"),
        _ => FieldVerdict.Compatible("it says where history is read from"),
    };

    /// <summary>The verdict on a changed type: of a feature, a field or a request's column.</summary>
    internal static FieldVerdict OfType(FieldChange field, IEnumerable<FeatureReference> users) =>
        TypeWidening.Holds(TextOf(field.Old), TextOf(field.New))
            ? FieldVerdict.Compatible("the new type holds every value of the old one")
            : FieldVerdict.Breaking($"the new type does not hold every value of the old one: {TypeWidening.Rule}", users);

    /// <summary>A changed value that is a JSON string, without its quotes.</summary>
    internal static string? TextOf(string? json)
    {
        if (json is null) return null;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.String ? document.RootElement.GetString() : null;
    }
}

using System.Text.Json;

namespace FeatureModel.Definitions.Changes;

/// <summary>The verdicts on changed values of feature views. Pure.</summary>
internal static class ViewCompatibility
{
    public static FieldVerdict Of(string view, FieldChange field, string[] parts, DefinitionCatalog before, FeatureUses uses) => parts switch
    {
        ["kind"] => FieldVerdict.Breaking("the values are made in another way", uses.OfView(view)),
        ["source"] => FieldVerdict.Breaking("the values come from another source", uses.OfView(view)),
        ["entities"] => FieldVerdict.Breaking("rows are found by another key", uses.OfView(view)),
        ["ttl"] => OfTtl(view, field, uses),
        ["features"] => FieldVerdict.Compatible("features are read by name"),
        ["features", var name, ..] => OfFeature(new(view, name), field, parts),
        ["inputs"] => OfInputs(view, field, before, uses),
        ["requestInputs" or "lookupTables", var name] when field.Old is null => OfNewName(uses.Naming(view, [name])),
        ["requestInputs", _, "description"] => FieldVerdict.Note,
        ["requestInputs", var name, "type"] => CompatibilityPolicy.OfType(field, uses.Naming(view, [name])),
        ["requestInputs" or "lookupTables"] => FieldVerdict.Compatible("they are read by name"),
        ["requestInputs" or "lookupTables", var name, ..] => FieldVerdict.Breaking("expressions that name it would give other values",
            uses.Naming(view, [name])),
        _ => FieldVerdict.Breaking("the values may be others", uses.OfView(view)),
    };

    // A name without a view means a request input before a view's feature: a new one may take an old name over.
    private static FieldVerdict OfNewName(IEnumerable<FeatureReference> users) =>
        users.Any()
            ? FieldVerdict.Breaking("expressions that hold the name may now mean another value", users)
            : FieldVerdict.Compatible("no expression names it yet");

    private static FieldVerdict OfFeature(FeatureReference feature, FieldChange field, string[] parts) => parts.AsSpan(2) switch
    {
        [] when field.Old is null => FieldVerdict.Compatible("nothing reads the feature yet"),
        [] => FieldVerdict.Breaking("the feature is gone", [feature]),
        ["description" or "owner" or "tags" or "pii", ..] => FieldVerdict.Note,
        ["type"] => CompatibilityPolicy.OfType(field, [feature]),
        ["default"] when field.Old is null => FieldVerdict.Compatible("where there was no value there was none to take"),
        ["default", ..] => FieldVerdict.BreakingReaders("where the store has no value, models would take another", [feature]),
        ["dimension"] => FieldVerdict.Breaking("the vector has another length", [feature]),
        ["expression"] => FieldVerdict.Breaking("the value is computed in another way", [feature]),
        _ => FieldVerdict.Breaking("the value is made of events in another way", [feature]),
    };

    private static FieldVerdict OfTtl(string view, FieldChange field, FeatureUses uses)
    {
        // None is the longest of all.
        var old = Durations.TryParse(CompatibilityPolicy.TextOf(field.Old), out var before) ? before : long.MaxValue;
        var wanted = Durations.TryParse(CompatibilityPolicy.TextOf(field.New), out var after) ? after : long.MaxValue;
        return wanted >= old
            ? FieldVerdict.Compatible("values stay readable for longer")
            : FieldVerdict.BreakingReaders("values that were readable would be too old", uses.OfView(view));
    }

    private static FieldVerdict OfInputs(string view, FieldChange field, DefinitionCatalog before, FeatureUses uses)
    {
        var gone = NamesOf(field.Old).Except(NamesOf(field.New), StringComparer.Ordinal).ToArray();
        if (gone.Length == 0) return FieldVerdict.Compatible("every view that expressions name is still there");
        var words = gone.Concat(gone.SelectMany(g => before.View(g)?.Features ?? []).Select(f => f.Name)).ToHashSet(StringComparer.Ordinal);
        return FieldVerdict.Breaking($"expressions can no longer name {string.Join(", ", gone)}", uses.Naming(view, words));
    }

    private static string[] NamesOf(string? json)
    {
        if (json is null) return [];
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(e => e.GetString()!)];
    }
}

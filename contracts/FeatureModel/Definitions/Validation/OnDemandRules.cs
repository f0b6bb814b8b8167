using System.Globalization;
using System.Text.Json;

namespace FeatureModel.Definitions.Validation;

/// <summary>Rules of on-demand views. That their expressions compile is checked by the module that compiles them.</summary>
internal static class OnDemandRules
{
    private static readonly string[] KeyTypes = ["string", "int64"];
    private static readonly string[] ValueTypes = ["string", "int64", "double"];

    public static void Check(FeatureViewDefinition view, DefinitionCatalog catalog, DefinitionErrors errors)
    {
        errors.Require(view.Source is null, view, "source", view.Source, "an onDemand view has inputs instead of a source");
        errors.Require(view.Ttl is null, view, "ttl", view.Ttl, "an onDemand view is computed when read; its inputs have ages");
        errors.Require(view.Inputs.Count + view.RequestInputs.Count > 0, view, "inputs", "empty", "an onDemand view has inputs or request inputs");
        for (var i = 0; i < view.Features.Count; i++)
        {
            var feature = view.Features[i];
            var path = FeatureRules.Path(i);
            errors.Require(feature.Aggregate is null, view, $"{path}.aggregate", feature.Aggregate?.Function,
                "only a feature of a stream view has an aggregate");
            errors.Require(!string.IsNullOrWhiteSpace(feature.Expression), view, $"{path}.expression", feature.Expression,
                "a feature of an onDemand view has an expression");
            NameRules.Length(view, $"{path}.expression", feature.Expression, DefinitionLimits.Expression, errors);
        }
        CheckInputs(view, catalog, errors);
        CheckRequestInputs(view, errors);
        CheckTables(view, errors);
    }

    private static void CheckInputs(FeatureViewDefinition view, DefinitionCatalog catalog, DefinitionErrors errors)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        var entities = new SortedSet<string>(StringComparer.Ordinal);
        var known = true;
        for (var i = 0; i < view.Inputs.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"inputs[{i}]");
            var name = view.Inputs[i];
            known &= errors.Require(named.Add(name), view, path, name, "the view is named twice");
            if (catalog.View(name) is { } input) entities.UnionWith(input.Entities);
            else known = errors.Require(false, view, path, name,
                $"no such feature view is defined{catalog.Hint(DefinitionKind.FeatureView, name)}");
        }
        // What is wrong with the inputs themselves is said there.
        if (!known || !entities.All(e => catalog.Entity(e) is not null)) return;
        errors.Require(entities.SetEquals(view.Entities), view, "entities", view.Entities.Count == 0 ? "empty" : string.Join(", ", view.Entities),
            $"an onDemand view has the entities of its inputs, {(entities.Count == 0 ? "here none" : $"here {string.Join(", ", entities)}")}");
        if (CycleFrom(view, catalog) is { } cycle) errors.Add(view, "inputs", string.Join(", ", view.Inputs),
            $"the view depends on itself: {cycle}");
    }

    /// <summary>The way from a view back to itself; null where there is none.</summary>
    private static string? CycleFrom(FeatureViewDefinition start, DefinitionCatalog catalog)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        // By hand instead of by recursion: a chain may be as long as there are views.
        var open = new Stack<(string View, string Way)>([(start.Name, start.Name)]);
        while (open.TryPop(out var step))
        {
            foreach (var input in catalog.View(step.View)?.Inputs ?? [])
            {
                if (input == start.Name) return $"{step.Way} -> {input}";
                if (seen.Add(input)) open.Push((input, seen.Count > 20 ? $"{start.Name} -> ... -> {input}" : $"{step.Way} -> {input}"));
            }
        }
        return null;
    }

    private static void CheckRequestInputs(FeatureViewDefinition view, DefinitionErrors errors)
    {
        errors.Require(view.RequestInputs.Count <= DefinitionLimits.FieldsPerSource, view, "requestInputs", $"{view.RequestInputs.Count} columns",
            $"{DefinitionLimits.FieldsPerSource} are taken");
        NameRules.Columns(view, "requestInputs", view.RequestInputs, errors);
        for (var i = 0; i < view.RequestInputs.Count; i++)
        {
            errors.Require(Values.FeatureDataTypes.TryParse(view.RequestInputs[i].Type, out _), view,
                string.Create(CultureInfo.InvariantCulture, $"requestInputs[{i}].type"), view.RequestInputs[i].Type,
                $"it must be one of {Values.FeatureDataTypes.AllNames}");
        }
    }

    private static void CheckTables(FeatureViewDefinition view, DefinitionErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < view.LookupTables.Count; i++)
        {
            var table = view.LookupTables[i];
            var path = string.Create(CultureInfo.InvariantCulture, $"lookupTables[{i}]");
            NameRules.Name(view, $"{path}.name", table.Name, errors);
            errors.Require(names.Add(table.Name), view, $"{path}.name", table.Name, "the view has another table of this name");
            var typed = errors.Require(KeyTypes.Contains(table.KeyType), view, $"{path}.keyType", table.KeyType,
                $"it must be one of {string.Join(", ", KeyTypes)}")
                & errors.Require(ValueTypes.Contains(table.ValueType), view, $"{path}.valueType", table.ValueType,
                    $"it must be one of {string.Join(", ", ValueTypes)}");
            errors.Require(table.Entries.Count is > 0 and <= DefinitionLimits.LookupEntries, view, $"{path}.entries",
                $"{table.Entries.Count} entries",
                $"a table has 1 to {DefinitionLimits.LookupEntries} of them");
            if (typed) CheckEntries(view, path, table, errors);
        }
    }

    private static void CheckEntries(FeatureViewDefinition view, string path, LookupTableDefinition table, DefinitionErrors errors)
    {
        foreach (var (key, value) in table.Entries)
        {
            errors.Require(table.KeyType == "string" || IsWhole(key), view, $"{path}.entries", key,
                "a key of an int64 table must be a whole number in decimal digits, without leading zeros");
            var fits = (table.ValueType, value.ValueKind) switch
            {
                ("string", JsonValueKind.String) => true,
                ("int64", JsonValueKind.Number) => value.TryGetInt64(out _),
                ("double", JsonValueKind.Number) => value.TryGetDouble(out var number) && double.IsFinite(number),
                _ => false,
            };
            errors.Require(fits, view, $"{path}.entries.{key}", value, $"the table's values are {table.ValueType}");
        }
    }

    // One spelling a number, so that two keys of a table are never the same.
    private static bool IsWhole(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number.ToString(CultureInfo.InvariantCulture) == text;
}

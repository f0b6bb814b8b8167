using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using FeatureModel.Definitions;
using FeatureModel.Values;

namespace FeatureModel.Expressions;

/// <summary>A table that expressions look values up in, checked and ready to read. Immutable; read by any number of threads.</summary>
public sealed class LookupTable
{
    private LookupTable(string name, FeatureDataType keyType, FeatureDataType valueType, object entries)
    {
        Name = name;
        KeyType = keyType;
        ValueType = valueType;
        Entries = entries;
    }

    public string Name { get; }

    /// <summary>String or Int64.</summary>
    public FeatureDataType KeyType { get; }

    /// <summary>String, Int64 or Double.</summary>
    public FeatureDataType ValueType { get; }

    /// <summary>A dictionary of the two types.</summary>
    internal object Entries { get; }

    public static bool TryCreate(LookupTableDefinition definition, [NotNullWhen(true)] out LookupTable? table, out IReadOnlyList<string> errors)
    {
        table = null;
        var found = new List<string>();
        errors = found;
        if (string.IsNullOrWhiteSpace(definition.Name)) found.Add("lookupTables.name is empty; a table is named in expressions.");
        CheckType(definition, "keyType", definition.KeyType, ["string", "int64"], found);
        CheckType(definition, "valueType", definition.ValueType, ["string", "int64", "double"], found);
        if (definition.Entries.Count > ExpressionLimits.TableEntries)
        {
            found.Add($"lookupTables.{definition.Name}.entries has {definition.Entries.Count} entries; {ExpressionLimits.TableEntries} are the most.");
        }
        if (found.Count > 0) return false;

        var entries = (definition.KeyType, definition.ValueType) switch
        {
            ("string", "string") => Read<string, string>(definition, TextKey, TextValue, found),
            ("string", "int64") => Read<string, long>(definition, TextKey, WholeValue, found),
            ("string", _) => Read<string, double>(definition, TextKey, NumberValue, found),
            (_, "string") => Read<long, string>(definition, WholeKey, TextValue, found),
            (_, "int64") => Read<long, long>(definition, WholeKey, WholeValue, found),
            _ => (object)Read<long, double>(definition, WholeKey, NumberValue, found),
        };
        if (found.Count > 0) return false;
        FeatureDataTypes.TryParse(definition.KeyType, out var keyType);
        FeatureDataTypes.TryParse(definition.ValueType, out var valueType);
        table = new LookupTable(definition.Name, keyType, valueType, entries);
        return true;
    }

    private delegate string? Reading<TFrom, TTo>(TFrom from, out TTo to);

    private static void CheckType(LookupTableDefinition definition, string field, string type, string[] allowed, List<string> errors)
    {
        if (!allowed.Contains(type))
        {
            errors.Add($"lookupTables.{definition.Name}.{field} is '{type}'; it must be {string.Join(", ", allowed[..^1])} or {allowed[^1]}.");
        }
    }

    private static Dictionary<TKey, TValue> Read<TKey, TValue>(
        LookupTableDefinition definition, Reading<string, TKey> readKey, Reading<JsonElement, TValue> readValue, List<string> errors)
        where TKey : notnull
    {
        var entries = new Dictionary<TKey, TValue>(definition.Entries.Count);
        foreach (var (key, element) in definition.Entries)
        {
            var rule = readKey(key, out var k) ?? readValue(element, out var v)
                ?? (entries.TryAdd(k, v) ? null : "another entry has the same key");
            if (rule is null) continue;
            errors.Add($"lookupTables.{definition.Name}.entries['{Shorten(key)}'] is {Shorten(Raw(element))}: {rule}.");
            if (errors.Count == ExpressionLimits.Errors) break;
        }
        return entries;
    }

    private static string? TextKey(string from, out string to)
    {
        to = from;
        return from.Length > ExpressionLimits.TableTextLength ? $"its key has {from.Length} characters; {ExpressionLimits.TableTextLength} are the most" : null;
    }

    private static string? WholeKey(string from, out long to) =>
        long.TryParse(from, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out to) ? null : "its key must be an int64 in decimal digits";

    private static string? TextValue(JsonElement from, out string to)
    {
        to = from.ValueKind == JsonValueKind.String ? from.GetString()! : "";
        if (from.ValueKind != JsonValueKind.String) return "the value must be a string";
        return to.Length > ExpressionLimits.TableTextLength ? $"the value has {to.Length} characters; {ExpressionLimits.TableTextLength} are the most" : null;
    }

    private static string? WholeValue(JsonElement from, out long to)
    {
        to = 0;
        return from.ValueKind == JsonValueKind.Number && from.TryGetInt64(out to) ? null : "the value must be an int64";
    }

    private static string? NumberValue(JsonElement from, out double to)
    {
        to = 0;
        return from.ValueKind == JsonValueKind.Number && from.TryGetDouble(out to) && double.IsFinite(to) ? null : "the value must be a finite number";
    }

    private static string Raw(JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? "nothing" : element.GetRawText();

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}

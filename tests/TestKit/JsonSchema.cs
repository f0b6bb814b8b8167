using System.Text.Json;
using System.Text.RegularExpressions;

namespace TestKit;

/// <summary>
/// Checks JSON values against the JSON Schema keywords that this project's API descriptions use. A keyword it does not know is an error of the
/// schema, so that nothing is passed unchecked. Immutable.
/// </summary>
public sealed class JsonSchema(JsonElement document)
{
    private static readonly HashSet<string> Annotations = ["$schema", "description", "title", "example", "examples", "summary"];

    /// <summary>What is wrong with <paramref name="value"/>, each with its path; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate(JsonElement schema, JsonElement value)
    {
        var errors = new List<string>();
        Check(schema, value, "$", errors);
        return errors;
    }

    /// <summary>The element that a local reference ("#/components/schemas/X") names.</summary>
    public JsonElement Resolve(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal)) throw new InvalidOperationException($"reference '{reference}' is not local");
        var element = document;
        foreach (var part in reference[2..].Split('/')) element = element.GetProperty(part.Replace("~1", "/").Replace("~0", "~"));
        return element;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<string> errors)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            if (!Annotations.Contains(keyword.Name) && !keyword.Name.StartsWith("x-", StringComparison.Ordinal)) Check(schema, keyword, value, path, errors);
        }
    }

    private void Check(JsonElement schema, JsonProperty keyword, JsonElement value, string path, List<string> errors)
    {
        var rule = keyword.Value;
        switch (keyword.Name)
        {
            case "$ref": Check(Resolve(rule.GetString()!), value, path, errors); break;
            case "type": CheckType(rule, value, path, errors); break;
            case "enum": Expect(rule.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)), $"is not one of {rule}"); break;
            case "const": Expect(JsonElement.DeepEquals(rule, value), $"is not {rule}"); break;
            case "oneOf": CheckCount(rule, value, path, errors, n => n == 1, "exactly one"); break;
            case "anyOf": CheckCount(rule, value, path, errors, n => n >= 1, "at least one"); break;
            case "minimum": Expect(value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.GetDouble(), $"is below {rule}"); break;
            case "maximum": Expect(value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.GetDouble(), $"is above {rule}"); break;
            case "minLength": Expect(value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.GetInt32(), $"is shorter than {rule}"); break;
            case "pattern": Expect(value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetString()!), $"does not match {rule}"); break;
            case "required": CheckRequired(rule, value, path, errors); break;
            case "properties": CheckProperties(rule, value, path, errors); break;
            case "additionalProperties": CheckAdditional(schema, rule, value, path, errors); break;
            case "items": CheckItems(rule, value, path, errors); break;
            default: throw new InvalidOperationException($"keyword '{keyword.Name}' of the schema is not known to this validator");
        }

        void Expect(bool holds, string complaint)
        {
            if (!holds) errors.Add($"{path}: {value} {complaint}");
        }
    }

    private static void CheckType(JsonElement rule, JsonElement value, string path, List<string> errors)
    {
        var types = rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(t => t.GetString()!).ToArray() : [rule.GetString()!];
        if (!types.Any(t => Is(value, t))) errors.Add($"{path}: {value.ValueKind} is not {string.Join(" or ", types)}");
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && Math.Floor(value.GetDouble()) == value.GetDouble(),
        _ => throw new InvalidOperationException($"type '{type}' is not one of JSON Schema's"),
    };

    private void CheckCount(JsonElement rule, JsonElement value, string path, List<string> errors, Func<int, bool> holds, string words)
    {
        var attempts = rule.EnumerateArray().Select(branch =>
        {
            var found = new List<string>();
            Check(branch, value, path, found);
            return found;
        }).ToArray();
        var matches = attempts.Count(a => a.Count == 0);
        if (!holds(matches)) errors.Add($"{path}: {matches} branches match, not {words}: {string.Join("; ", attempts.SelectMany(a => a))}");
    }

    private static void CheckRequired(JsonElement rule, JsonElement value, string path, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var name in rule.EnumerateArray())
        {
            if (!value.TryGetProperty(name.GetString()!, out _)) errors.Add($"{path}: '{name}' is missing");
        }
    }

    private void CheckProperties(JsonElement rule, JsonElement value, string path, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var property in rule.EnumerateObject())
        {
            if (value.TryGetProperty(property.Name, out var member)) Check(property.Value, member, $"{path}.{property.Name}", errors);
        }
    }

    private void CheckAdditional(JsonElement schema, JsonElement rule, JsonElement value, string path, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var member in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out var known) && known.TryGetProperty(member.Name, out _)) continue;
            if (rule.ValueKind == JsonValueKind.False) errors.Add($"{path}: '{member.Name}' is not allowed");
            else if (rule.ValueKind == JsonValueKind.Object) Check(rule, member.Value, $"{path}.{member.Name}", errors);
        }
    }

    private void CheckItems(JsonElement rule, JsonElement value, string path, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Array) return;
        var index = 0;
        foreach (var item in value.EnumerateArray()) Check(rule, item, $"{path}[{index++}]", errors);
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FeatureModel.Definitions;

/// <summary>
/// Compares a JSON document with the shape of the definition classes before it is deserialised, since a deserialiser stops at the first fault
/// and names no near names. Works on source-generated metadata, so that it cannot differ from the classes.
/// </summary>
internal sealed class DefinitionsShape(string file, DefinitionErrors errors)
{
    public void Check(JsonElement root) => Check("$", root, DefinitionsJsonContext.Default.FeatureDefinitions);

    private void Check(string path, JsonElement json, JsonTypeInfo type)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            Wrong(path, json, "null is no value here; leave the property out");
            return;
        }
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                if (Is(json, JsonValueKind.Object, path, "an object")) CheckObject(path, json, type);
                break;
            case JsonTypeInfoKind.Enumerable:
                if (Is(json, JsonValueKind.Array, path, "an array")) CheckArray(path, json, TypeOf(type.ElementType!));
                break;
            case JsonTypeInfoKind.Dictionary:
                if (Is(json, JsonValueKind.Object, path, "an object")) CheckMap(path, json, TypeOf(type.ElementType!));
                break;
            default:
                CheckScalar(path, json, type.Type);
                break;
        }
    }

    private void CheckObject(string path, JsonElement json, JsonTypeInfo type)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var inner = $"{path}.{member.Name}";
            if (!seen.Add(member.Name))
            {
                Wrong(inner, member.Value, "the property is given twice");
            }
            else if (type.Properties.FirstOrDefault(p => p.Name == member.Name && p.Set is not null) is { } property)
            {
                Check(inner, member.Value, TypeOf(property.PropertyType));
            }
            else
            {
                var known = type.Properties.Where(p => p.Set is not null).Select(p => p.Name).ToArray();
                Wrong(inner, member.Value, $"the property is unknown{NearNames.Hint(member.Name, known)}");
            }
        }
    }

    private void CheckArray(string path, JsonElement json, JsonTypeInfo element)
    {
        var i = 0;
        foreach (var item in json.EnumerateArray()) Check(string.Create(CultureInfo.InvariantCulture, $"{path}[{i++}]"), item, element);
    }

    private void CheckMap(string path, JsonElement json, JsonTypeInfo value)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var inner = $"{path}.{member.Name}";
            if (seen.Add(member.Name)) Check(inner, member.Value, value);
            else Wrong(inner, member.Value, "the key is given twice");
        }
    }

    private void CheckScalar(string path, JsonElement json, Type type)
    {
        if (type == typeof(string)) Is(json, JsonValueKind.String, path, "a string");
        else if (type == typeof(bool) && json.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Wrong(path, json, "it must be true or false");
        }
        else if (type == typeof(int) && (json.ValueKind != JsonValueKind.Number || !json.TryGetInt32(out _)))
        {
            Wrong(path, json, "it must be a whole number of 32 bits");
        }
    }

    private bool Is(JsonElement json, JsonValueKind kind, string path, string words)
    {
        if (json.ValueKind == kind) return true;
        Wrong(path, json, $"it must be {words}");
        return false;
    }

    private void Wrong(string path, JsonElement json, string rule) => errors.Add(new(file, path, DefinitionErrors.Show(json), rule));

    private static JsonTypeInfo TypeOf(Type type) => DefinitionsJsonContext.Default.GetTypeInfo(type)
        ?? throw new InvalidOperationException($"{type} has no generated JSON metadata.");
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Contracts;

namespace Appliance.Inference.Repository.Manifest;

/// <summary>
/// Says in the manifest's own words what the deserializer says in those of its types: which member is unknown, or of another kind than it must be. Pure.
/// </summary>
internal static class ManifestShape
{
    /// <summary>The first such member, in the order of the text; null where there is none.</summary>
    public static RepositoryError? ProblemOf(JsonElement root) => ProblemOf(root, ContractsJsonContext.Default.ModelManifest, "");

    private static RepositoryError? ProblemOf(JsonElement value, JsonTypeInfo type, string path)
    {
        // What may be left out may be null.
        if (value.ValueKind == JsonValueKind.Null && (!type.Type.IsValueType || Nullable.GetUnderlyingType(type.Type) is not null)) return null;
        return type.Kind switch
        {
            JsonTypeInfoKind.Object => ProblemOfMembers(value, type, path),
            JsonTypeInfoKind.Enumerable => value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().Select((e, i) => ProblemOf(e, Of(type, type.ElementType!), $"{path}[{i}]")).FirstOrDefault(p => p is not null)
                : Wrong(value, path, "an array"),
            JsonTypeInfoKind.Dictionary => value.ValueKind == JsonValueKind.Object
                ? value.EnumerateObject().Select(m => ProblemOf(m.Value, Of(type, type.ElementType!), Join(path, m.Name))).FirstOrDefault(p => p is not null)
                : Wrong(value, path, "an object"),
            _ => ProblemOfScalar(value, Nullable.GetUnderlyingType(type.Type) ?? type.Type, path),
        };
    }

    private static RepositoryError? ProblemOfMembers(JsonElement value, JsonTypeInfo type, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) return Wrong(value, path, "an object");
        foreach (var member in value.EnumerateObject())
        {
            var known = type.Properties.FirstOrDefault(p => p.Name == member.Name);
            if (known is null)
            {
                return new(ModelManifest.FileName, Join(path, member.Name), null, $"there is no such member here; there are {string.Join(", ", type.Properties.Select(p => p.Name))}");
            }
            // One with a converter of its own takes whatever stands there.
            if (known.CustomConverter is null && ProblemOf(member.Value, Of(type, known.PropertyType), Join(path, member.Name)) is { } problem) return problem;
        }
        return null;
    }

    private static RepositoryError? ProblemOfScalar(JsonElement value, Type type, string path)
    {
        var isNumber = value.ValueKind == JsonValueKind.Number;
        if (type == typeof(string)) return value.ValueKind == JsonValueKind.String ? null : Wrong(value, path, "text");
        if (type == typeof(int)) return isNumber && value.TryGetInt32(out _) ? null : Wrong(value, path, $"a whole number from {int.MinValue} to {int.MaxValue}");
        if (type == typeof(long)) return isNumber && value.TryGetInt64(out _) ? null : Wrong(value, path, $"a whole number from {long.MinValue} to {long.MaxValue}");
        if (type == typeof(double)) return isNumber ? null : Wrong(value, path, "a number");
        if (type != typeof(DateTimeOffset)) return null;
        return value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out _) ? null : Wrong(value, path, "a time like 2026-01-31T12:00:00Z");
    }

    private static RepositoryError Wrong(JsonElement value, string path, string rule)
    {
        var shown = value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => DisplayValue.Of(value.GetString()),
            // A number's digits, true, false or null.
            _ => value.GetRawText(),
        };
        return new(ModelManifest.FileName, path, path.Length > 0 ? shown : null, path.Length > 0 ? $"it must be {rule}" : $"the file holds {shown}; it must be {rule}");
    }

    private static JsonTypeInfo Of(JsonTypeInfo parent, Type type) => parent.Options.GetTypeInfo(type);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}

using System.Globalization;
using System.Text.Json;

namespace Lake.Metadata;

/// <summary>A place in a metadata document that knows its path, so that what is wrong with it can be told with name, value and rule.</summary>
/// <param name="Element">What stands there.</param>
/// <param name="Path">Its names from the document's root, like <c>schemas[1].fields[0].type</c>; empty for the root.</param>
internal readonly record struct JsonNode(JsonElement Element, string Path)
{
    /// <summary>Characters of a value that a message shows at most. 80: a line.</summary>
    private const int MaxShown = 80;

    public bool IsNull => Element.ValueKind == JsonValueKind.Null;

    public static JsonNode Root(JsonDocument document)
    {
        var root = new JsonNode(document.RootElement, "");
        return root.Element.ValueKind == JsonValueKind.Object ? root : throw root.Wrong("a JSON object");
    }

    /// <summary>The member of that name; null where it is not there or null.</summary>
    public JsonNode? Optional(string name)
    {
        if (Element.ValueKind != JsonValueKind.Object) throw Wrong("a JSON object");
        return Element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? new JsonNode(member, PathOf(name)) : null;
    }

    /// <exception cref="LakeFormatException">The member is not there.</exception>
    public JsonNode Required(string name) => Optional(name) ?? throw new LakeFormatException($"{PathOf(name)} is missing; {(Path.Length == 0 ? "table metadata" : Path)} must have it");

    public IEnumerable<JsonNode> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array) throw Wrong("a JSON list");
        var index = 0;
        foreach (var item in Element.EnumerateArray()) yield return new JsonNode(item, string.Create(CultureInfo.InvariantCulture, $"{Path}[{index++}]"));
    }

    public IEnumerable<(string Name, JsonNode Value)> Members()
    {
        if (Element.ValueKind != JsonValueKind.Object) throw Wrong("a JSON object");
        foreach (var member in Element.EnumerateObject()) yield return (member.Name, new JsonNode(member.Value, PathOf(member.Name)));
    }

    public List<T> List<T>(Func<JsonNode, T> read)
    {
        var list = new List<T>();
        foreach (var item in Items()) list.Add(read(item));
        return list;
    }

    public Dictionary<string, string> Strings()
    {
        var strings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Members()) strings[name] = value.Text();
        return strings;
    }

    public string Text() => Element.ValueKind == JsonValueKind.String ? Element.GetString()! : throw Wrong("a string");

    public bool Boolean() => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false"),
    };

    public int Int() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var number) ? number : throw Wrong("a whole number of 32 bits");

    public long Long() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt64(out var number) ? number : throw Wrong("a whole number of 64 bits");

    public Guid Uuid() => Element.ValueKind == JsonValueKind.String && Guid.TryParseExact(Element.GetString(), "D", out var uuid) ? uuid : throw Wrong("a UUID");

    /// <summary>The exception for a value that breaks a rule.</summary>
    public LakeFormatException Wrong(string rule)
    {
        var shown = Element.GetRawText();
        if (shown.Length > MaxShown) shown = shown[..MaxShown] + "...";
        return new LakeFormatException($"{(Path.Length == 0 ? "the document" : Path)} is {shown}; it must be {rule}");
    }

    private string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";
}

using System.Text.Json;
using Lake.Types;

namespace Lake.Import.Inference;

/// <summary>Narrows down what type JSON values have, from those that are seen. Used by one thread.</summary>
internal sealed class JsonGuess
{
    /// <summary>Names from which on objects are maps instead of structs. 100: structs of people have fewer.</summary>
    private const int MaxFields = 100;

    private readonly TextGuess _scalars = new();
    private readonly Dictionary<string, JsonGuess> _members = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private JsonGuess? _elements;
    private bool _objects;

    /// <summary>Names of members, in the order in which they were seen first.</summary>
    public IReadOnlyList<string> Names => _order;

    public void See(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _scalars.SeeText(value.GetString());
                break;
            case JsonValueKind.Number:
                _scalars.SeeNumber(value.GetRawText());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                _scalars.SeeBoolean();
                break;
            case JsonValueKind.Array:
                _elements ??= new JsonGuess();
                foreach (var item in value.EnumerateArray()) _elements.See(item);
                break;
            case JsonValueKind.Object:
                _objects = true;
                foreach (var member in value.EnumerateObject()) Member(member.Name).See(member.Value);
                break;
        }
    }

    public JsonGuess Member(string name)
    {
        if (_members.TryGetValue(name, out var known)) return known;
        _order.Add(name);
        return _members[name] = new JsonGuess();
    }

    /// <summary>A column of the values. What has several shapes, or none, is kept as JSON text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">How types are chosen.</param>
    public NestedField Column(string name, GuessRules options)
    {
        var id = options.NextId();
        var shapes = (_scalars.Count > 0 ? 1 : 0) + (_elements is not null ? 1 : 0) + (_objects ? 1 : 0);
        if (shapes == 0) return NestedField.Optional(id, name, PrimitiveType.String);
        if (shapes > 1 || (options.KeepsNestedAsJson && _scalars.Count == 0)) return NestedField.Optional(id, name, PrimitiveType.String, JsonColumns.Mark);
        if (_elements is not null)
        {
            var element = _elements.Column("element", options);
            return JsonColumns.IsJson(element) ? NestedField.Optional(id, name, PrimitiveType.String, JsonColumns.Mark) : NestedField.Optional(id, name, new ListType(element.Id, element.Type, false));
        }
        if (!_objects) return NestedField.Optional(id, name, _scalars.Type(options.IsAll, options.FractionsAreDecimals)!);
        var fields = _order.Select(n => _members[n].Column(n, options)).ToList();
        // An object without members is no struct, and neither is one with a member that has no name.
        if (fields.Count == 0 || (fields.Count <= MaxFields && _members.ContainsKey(""))) return NestedField.Optional(id, name, PrimitiveType.String, JsonColumns.Mark);
        if (fields.Count <= MaxFields) return NestedField.Optional(id, name, new StructType(fields));
        return fields.TrueForAll(f => f.Type.Equals(fields[0].Type) && f.Type.IsPrimitive)
            ? NestedField.Optional(id, name, new MapType(options.NextId(), PrimitiveType.String, options.NextId(), fields[0].Type, false))
            : NestedField.Optional(id, name, PrimitiveType.String, JsonColumns.Mark);
    }
}

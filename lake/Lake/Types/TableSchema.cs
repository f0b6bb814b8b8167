using System.Collections.Frozen;

namespace Lake.Types;

/// <summary>The columns of a table at one time, in the specification's words a schema. Immutable.</summary>
public sealed class TableSchema
{
    private readonly FrozenDictionary<int, Place> _byId;
    private readonly FrozenDictionary<string, NestedField> _byName;

    /// <param name="schemaId">Its number among the table's schemas.</param>
    /// <param name="fields">The columns.</param>
    /// <param name="identifierFieldIds">Ids of the columns that tell rows apart, or null for none.</param>
    /// <exception cref="LakeFormatException">An id or a full name stands twice, or an identifier field is not to be had.</exception>
    public TableSchema(int schemaId, IReadOnlyList<NestedField> fields, IReadOnlyList<int>? identifierFieldIds = null)
    {
        SchemaId = schemaId;
        Struct = new StructType(fields);
        IdentifierFieldIds = identifierFieldIds ?? [];
        var byId = new Dictionary<int, Place>();
        var byName = new Dictionary<string, NestedField>(StringComparer.Ordinal);
        Index(Struct, "", null, byId, byName);
        _byId = byId.ToFrozenDictionary();
        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
        foreach (var id in IdentifierFieldIds) CheckIdentifier(id);
    }

    public int SchemaId { get; }

    public StructType Struct { get; }

    public IReadOnlyList<NestedField> Fields => Struct.Fields;

    public IReadOnlyList<int> IdentifierFieldIds { get; }

    /// <summary>The highest id of all fields, nested ones included; 0 for no fields.</summary>
    public int HighestFieldId => _byId.Count == 0 ? 0 : _byId.Keys.Max();

    /// <summary>Ids of all fields, nested ones included, in no order.</summary>
    public IEnumerable<int> FieldIds => _byId.Keys;

    /// <summary>The field of that id, nested ones included; null where there is none.</summary>
    public NestedField? Find(int id) => _byId.TryGetValue(id, out var place) ? place.Field : null;

    /// <summary>The field of that full name, like <c>address.city</c>, <c>tags.element</c>; null where there is none.</summary>
    public NestedField? Find(string fullName) => _byName.GetValueOrDefault(fullName);

    /// <summary>Names from the outermost field to that one, joined by dots; null where there is no field of that id.</summary>
    public string? FullName(int id) => _byId.TryGetValue(id, out var place) ? place.FullName : null;

    /// <summary>The field that a field stands in; null for a column or an unknown id.</summary>
    public NestedField? Parent(int id) => _byId.TryGetValue(id, out var place) && place.Parent is { } parent ? Find(parent) : null;

    /// <summary>The innermost list or map that a field stands in, of which a row has any number of values; null where a row has one.</summary>
    public NestedField? Repeating(int id)
    {
        for (var parent = Parent(id); parent is not null; parent = Parent(parent.Id))
        {
            if (parent.Type is not StructType) return parent;
        }
        return null;
    }

    /// <summary>Whether both have the same columns and identifiers, whatever their numbers.</summary>
    public bool SameShape(TableSchema other) => Struct.Equals(other.Struct) && IdentifierFieldIds.Order().SequenceEqual(other.IdentifierFieldIds.Order());

    public override string ToString() => $"schema {SchemaId}: {Struct}";

    private static void Index(IcebergType type, string prefix, int? parent, Dictionary<int, Place> byId, Dictionary<string, NestedField> byName)
    {
        foreach (var field in type.Fields)
        {
            var fullName = prefix + field.Name;
            if (!byId.TryAdd(field.Id, new Place(field, fullName, parent))) throw new LakeFormatException($"field id is {field.Id} for '{fullName}' and for '{byId[field.Id].FullName}'; it must be unique in a schema");
            if (!byName.TryAdd(fullName, field)) throw new LakeFormatException($"field name is '{fullName}' twice; it must be unique in a schema");
            Index(field.Type, fullName + ".", field.Id, byId, byName);
        }
    }

    private void CheckIdentifier(int id)
    {
        if (Find(id) is not { } field) throw new LakeFormatException($"identifier field id is {id}; there is no field of that id");
        if (!field.Type.IsPrimitive || field.Type.Kind is TypeKind.Float or TypeKind.Double) throw new LakeFormatException($"identifier field '{FullName(id)}' is {field.Type}; it must be primitive, and neither float nor double");
        for (var at = (int?)id; at is { } current; at = _byId[current].Parent)
        {
            var place = _byId[current].Field;
            if (!place.IsRequired) throw new LakeFormatException($"identifier field '{FullName(id)}' is optional; it and what it stands in must be required");
            if (current != id && place.Type.Kind != TypeKind.Struct) throw new LakeFormatException($"identifier field '{FullName(id)}' stands in a {place.Type.Kind.ToString().ToLowerInvariant()}; it must stand in structs alone");
        }
    }

    private sealed record Place(NestedField Field, string FullName, int? Parent);
}

using Lake.Types;

namespace Lake.Evolution;

/// <summary>The fields of a schema that is being changed: each change gives another tree. Immutable.</summary>
internal sealed class FieldTree(IReadOnlyList<NestedField> fields)
{
    public IReadOnlyList<NestedField> Fields => fields;

    /// <summary>A field and all that stand in it.</summary>
    public static IEnumerable<int> IdsOf(NestedField field) => field.Type.Fields.SelectMany(IdsOf).Prepend(field.Id);

    /// <summary>The field of that full name, words for elements and values left out or not; null where there is none.</summary>
    public NestedField? Find(string name) => Find(fields, name);

    /// <summary>The fields of the struct that a field stands in; null where it stands in a list or map.</summary>
    public IReadOnlyList<NestedField>? Siblings(int id)
    {
        if (fields.Any(f => f.Id == id)) return fields;
        var parent = All(fields).First(f => f.Type.Fields.Any(c => c.Id == id));
        return parent.Type is StructType s ? s.Fields : null;
    }

    public bool IsInMapKey(int id) => All(fields).Any(f => f.Type is MapType m && IdsOf(m.Key).Contains(id));

    /// <summary>The tree with one field changed.</summary>
    public FieldTree With(int id, Func<NestedField, NestedField> change) => new([.. fields.Select(f => Changed(f, id, change))]);

    /// <summary>The tree with the fields of one field's struct changed.</summary>
    public FieldTree WithSiblings(int id, Func<IReadOnlyList<NestedField>, IReadOnlyList<NestedField>> change)
    {
        if (fields.Any(f => f.Id == id)) return new FieldTree(change(fields));
        var parent = All(fields).First(f => f.Type.Fields.Any(c => c.Id == id));
        return With(parent.Id, p => p with { Type = new StructType(change(p.Type.Fields)) });
    }

    private static IEnumerable<NestedField> All(IEnumerable<NestedField> fields) => fields.SelectMany(f => All(f.Type.Fields).Prepend(f));

    private static NestedField? Find(IReadOnlyList<NestedField> fields, string name)
    {
        foreach (var field in fields)
        {
            if (field.Name == name) return field;
            if (!name.StartsWith(field.Name + ".", StringComparison.Ordinal)) continue;
            var rest = name[(field.Name.Length + 1)..];
            if (Find(field.Type.Fields, rest) is { } found) return found;
            var inner = field.Type switch { ListType l => l.Element, MapType m => m.Value, _ => null };
            if (inner is not null && Find(inner.Type.Fields, rest) is { } below) return below;
        }
        return null;
    }

    private static NestedField Changed(NestedField field, int id, Func<NestedField, NestedField> change)
    {
        if (field.Id == id) return change(field);
        switch (field.Type)
        {
            case StructType s:
                return field with { Type = new StructType([.. s.Fields.Select(f => Changed(f, id, change))]) };
            case ListType l:
                var element = Changed(l.Element, id, change);
                return field with { Type = new ListType(element.Id, element.Type, element.IsRequired) };
            case MapType m:
                var value = Changed(m.Value, id, change);
                return field with { Type = new MapType(m.Key.Id, m.Key.Type, value.Id, value.Type, value.IsRequired) };
            default:
                return field;
        }
    }
}

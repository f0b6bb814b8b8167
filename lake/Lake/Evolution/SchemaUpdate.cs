using Lake.Metadata;
using Lake.Types;

namespace Lake.Evolution;

/// <summary>
/// Changes the columns of a table, one after the other; each sees what those before it did. Fields keep their ids, so that files written before are read by the new schema without being
/// touched. Names are full ones, like <c>address.city</c>; a list's elements and a map's values are reached through its own name (<c>points.x</c>) or with the word between
/// (<c>points.element.x</c>). Used by one thread.
/// </summary>
public sealed class SchemaUpdate
{
    private readonly TableMetadata _metadata;
    private FieldTree _tree;
    private List<int> _identifiers;
    private int _lastId;

    internal SchemaUpdate(TableMetadata metadata)
    {
        _metadata = metadata;
        _tree = new FieldTree(metadata.CurrentSchema.Fields);
        _identifiers = [.. metadata.CurrentSchema.IdentifierFieldIds];
        _lastId = metadata.LastColumnId;
    }

    /// <summary>Adds an optional field at the end of a struct: null in rows that are there.</summary>
    /// <param name="parent">The struct, list or map that it is to stand in; null for a column.</param>
    /// <param name="name">Its name.</param>
    /// <param name="type">What it holds; ids in it are given anew.</param>
    /// <param name="doc">What it means, or null.</param>
    /// <exception cref="TableShapeException">There is such a field, or the parent can have none.</exception>
    public SchemaUpdate Add(string? parent, string name, IcebergType type, string? doc = null) => Add(parent, name, type, doc, isRequired: false);

    /// <summary>Adds a required field; the table must have no rows yet.</summary>
    /// <inheritdoc cref="Add(string?, string, IcebergType, string?)"/>
    public SchemaUpdate AddRequired(string? parent, string name, IcebergType type, string? doc = null)
    {
        if (_metadata.Snapshots.Count > 0) throw new TableShapeException($"column '{Full(parent, name)}' is to be required; rows that are there have no value of it, so it must be optional");
        return Add(parent, name, type, doc, isRequired: true);
    }

    /// <summary>Drops a field and what stands in it. Its id is never given again: one of the same name that is added later does not bring its values back.</summary>
    /// <exception cref="TableShapeException">The table's partitions, order or identifier need it, or it is all that its struct has.</exception>
    public SchemaUpdate Drop(string name)
    {
        var field = Changeable(name, "dropped");
        foreach (var id in FieldTree.IdsOf(field)) CheckUnused(name, id);
        var siblings = _tree.Siblings(field.Id) ?? throw new TableShapeException($"column '{name}' is an element, key or value; it cannot be dropped");
        if (siblings.Count == 1) throw new TableShapeException($"column '{name}' is the only one of its struct; it cannot be dropped");
        _tree = _tree.WithSiblings(field.Id, fields => [.. fields.Where(f => f.Id != field.Id)]);
        return this;
    }

    /// <summary>Gives a field another name.</summary>
    /// <param name="name">The full name it has.</param>
    /// <param name="newName">The one it gets, without those of what it stands in.</param>
    public SchemaUpdate Rename(string name, string newName)
    {
        var field = Changeable(name, "renamed");
        var siblings = _tree.Siblings(field.Id) ?? throw new TableShapeException($"column '{name}' is an element, key or value; it cannot be renamed");
        CheckName(newName, newName, siblings.Where(f => f.Id != field.Id));
        return With(field, f => f with { Name = newName });
    }

    /// <summary>Widens a field: int to long, float to double, a decimal to more digits.</summary>
    public SchemaUpdate Widen(string name, PrimitiveType type)
    {
        var field = Changeable(name, "widened");
        if (field.Type.Equals(type)) return this;
        var canWiden = (field.Type, type) switch
        {
            ({ Kind: TypeKind.Int }, { Kind: TypeKind.Long }) or ({ Kind: TypeKind.Float }, { Kind: TypeKind.Double }) => true,
            (PrimitiveType { Kind: TypeKind.Decimal } from, { Kind: TypeKind.Decimal }) => from.Scale == type.Scale && from.Precision < type.Precision,
            _ => false,
        };
        if (!canWiden) throw new TableShapeException($"column '{name}' is {field.Type} and cannot become {type}; int widens to long, float to double, decimal to more digits of the same scale");
        return With(field, f => f with { Type = type });
    }

    /// <summary>Lets a field be null from now on.</summary>
    public SchemaUpdate MakeOptional(string name)
    {
        var field = Changeable(name, "made optional");
        if (FieldTree.IdsOf(field).Any(_identifiers.Contains)) throw new TableShapeException($"column '{name}' is of the identifier; it must stay required");
        return With(field, f => f with { IsRequired = false });
    }

    /// <summary>Says what a field means; null for nothing.</summary>
    public SchemaUpdate Document(string name, string? doc) => With(Find(name), f => f with { Doc = doc });

    /// <summary>Moves a field before all others of its struct.</summary>
    public SchemaUpdate MoveFirst(string name) => Move(name, null, (_, _) => 0);

    /// <summary>Moves a field to stand right before another one of its struct.</summary>
    public SchemaUpdate MoveBefore(string name, string other) => Move(name, other, (fields, id) => fields.FindIndex(f => f.Id == id));

    /// <summary>Moves a field to stand right after another one of its struct.</summary>
    public SchemaUpdate MoveAfter(string name, string other) => Move(name, other, (fields, id) => fields.FindIndex(f => f.Id == id) + 1);

    /// <summary>Says which columns tell rows apart; none for no identifier.</summary>
    /// <exception cref="TableShapeException">One is optional, not primitive, a float, or stands in a list or map.</exception>
    public SchemaUpdate SetIdentifier(params IReadOnlyList<string> names)
    {
        List<int> ids = [.. names.Select(n => Find(n).Id)];
        Checked(ids);
        _identifiers = ids;
        return this;
    }

    internal TableSchema Build() => Checked(_identifiers);

    private SchemaUpdate Add(string? parent, string name, IcebergType type, string? doc, bool isRequired)
    {
        var at = parent is null ? null : Container(parent);
        CheckName(name, Full(parent, name), at?.Type.Fields ?? _tree.Fields);
        var id = ++_lastId;
        var next = id + 1;
        var field = new NestedField(id, name, isRequired, FreshIds.Of(type, ref next), doc);
        _lastId = next - 1;
        _tree = at is null ? new FieldTree([.. _tree.Fields, field]) : _tree.With(at.Id, s => s with { Type = new StructType([.. s.Type.Fields, field]) });
        return this;
    }

    private SchemaUpdate Move(string name, string? other, Func<List<NestedField>, int, int> place)
    {
        var field = Changeable(name, "moved");
        var beside = other is null ? field : Find(other);
        var siblings = _tree.Siblings(field.Id) ?? throw new TableShapeException($"column '{name}' is an element, key or value; it cannot be moved");
        if (siblings.All(f => f.Id != beside.Id)) throw new TableShapeException($"column '{name}' cannot be moved beside '{other}'; they stand in different structs");
        if (other is not null && beside.Id == field.Id) throw new TableShapeException($"column '{name}' cannot be moved beside itself");
        _tree = _tree.WithSiblings(field.Id, fields =>
        {
            var others = fields.Where(f => f.Id != field.Id).ToList();
            others.Insert(place(others, beside.Id), field);
            return others;
        });
        return this;
    }

    private SchemaUpdate With(NestedField field, Func<NestedField, NestedField> change)
    {
        _tree = _tree.With(field.Id, change);
        return this;
    }

    private NestedField Find(string name) => _tree.Find(name) ?? throw new TableShapeException($"column is '{name}'; the table has no column of that name");

    // Were a key's type or fields others, keys that differ could become equal.
    private NestedField Changeable(string name, string verb)
    {
        var field = Find(name);
        return _tree.IsInMapKey(field.Id) ? throw new TableShapeException($"column '{name}' is of a map's key; it cannot be {verb}") : field;
    }

    private NestedField Container(string parent)
    {
        var at = Changeable(parent, "changed");
        if (at.Type is ListType list) at = list.Element;
        else if (at.Type is MapType map) at = map.Value;
        return at.Type is StructType ? at : throw new TableShapeException($"column '{parent}' is {at.Type}; only a struct, a list of structs or a map to structs can have another field");
    }

    private void CheckUnused(string name, int id)
    {
        if (_identifiers.Contains(id)) throw new TableShapeException($"column '{name}' is of the identifier; set another identifier first");
        if (_metadata.DefaultSpec.Fields.FirstOrDefault(f => f.SourceId == id && f.Transform.Kind != TransformKind.Void) is { } part) throw new TableShapeException($"column '{name}' is the source of partition field '{part.Name}'; remove that first");
        if (_metadata.DefaultSortOrder.Fields.Any(f => f.SourceId == id)) throw new TableShapeException($"column '{name}' is of the sort order; set another order first");
    }

    private static void CheckName(string name, string fullName, IEnumerable<NestedField> siblings)
    {
        if (name.Length == 0) throw new TableShapeException("column name is ''; it must have one character at least");
        if (siblings.Any(f => f.Name == name)) throw new TableShapeException($"column '{fullName}' is there already; names must be unique in their struct");
    }

    private TableSchema Checked(List<int> identifiers)
    {
        try
        {
            return new TableSchema(_metadata.CurrentSchemaId, _tree.Fields, identifiers);
        }
        catch (LakeFormatException e)
        {
            throw new TableShapeException(e.Message);
        }
    }

    private static string Full(string? parent, string name) => parent is null ? name : $"{parent}.{name}";
}

using Lake.Metadata;
using Lake.Types;

namespace Lake.Keys;

/// <summary>The columns that a key's fields stand in, cut down to those fields. Pure.</summary>
internal static class KeyColumns
{
    /// <summary>The columns, each with nothing in it but the fields asked for. A field that the schema has no more is taken from the newest one that had it.</summary>
    /// <exception cref="LakeFormatException">A field is not known, not primitive, or stands in a list or map.</exception>
    public static IReadOnlyList<NestedField> Of(TableMetadata metadata, TableSchema schema, IReadOnlyList<int> ids)
    {
        var columns = new List<NestedField>();
        foreach (var group in ids.GroupBy(id => SchemaOf(metadata, schema, id)))
        {
            foreach (var column in group.GroupBy(id => ColumnOf(group.Key, id))) columns.Add(Only(column.Key, [.. column]));
        }
        return columns;
    }

    private static TableSchema SchemaOf(TableMetadata metadata, TableSchema schema, int id) =>
        schema.Find(id) is not null ? schema
            : metadata.Schemas.OrderByDescending(s => s.SchemaId).FirstOrDefault(s => s.Find(id) is not null) ?? throw new LakeFormatException($"key field id is {id}; no schema of the table has a field of that id");

    private static NestedField ColumnOf(TableSchema schema, int id)
    {
        var at = schema.Find(id)!;
        if (!at.Type.IsPrimitive) throw new LakeFormatException($"key field '{schema.FullName(id)}' is {at.Type}; it must be primitive");
        if (schema.Repeating(id) is { } outer) throw new LakeFormatException($"key field '{schema.FullName(id)}' stands in a {outer.Type.Kind.ToString().ToLowerInvariant()}; a row has any number of it");
        while (schema.Parent(at.Id) is { } parent) at = parent;
        return at;
    }

    private static NestedField Only(NestedField field, HashSet<int> ids) =>
        field.Type is StructType s ? field with { Type = new StructType([.. s.Fields.Where(f => Holds(f, ids)).Select(f => Only(f, ids))]) } : field;

    private static bool Holds(NestedField field, HashSet<int> ids) => ids.Contains(field.Id) || (field.Type is StructType s && s.Fields.Any(f => Holds(f, ids)));
}

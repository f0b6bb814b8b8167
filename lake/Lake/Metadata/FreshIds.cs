using Lake.Types;

namespace Lake.Metadata;

/// <summary>Gives the fields of a new table their ids: columns first, then what is nested in them, as the reference implementation does. Pure.</summary>
internal static class FreshIds
{
    public static TableSchema Of(TableSchema schema)
    {
        var next = 1;
        var fields = Fields(schema.Fields, ref next);
        var fresh = new TableSchema(0, fields);
        return new TableSchema(0, fields, [.. schema.IdentifierFieldIds.Select(id => fresh.Find(schema.FullName(id)!)!.Id)]);
    }

    public static PartitionSpec Of(PartitionSpec spec, TableSchema named, TableSchema fresh) =>
        new(0, [.. spec.Fields.Select((f, i) => f with { SourceId = Same(f.SourceId, named, fresh), FieldId = PartitionSpec.FirstFieldId + i })]);

    public static SortOrder Of(SortOrder order, TableSchema named, TableSchema fresh) =>
        new(1, [.. order.Fields.Select(f => f with { SourceId = Same(f.SourceId, named, fresh) })]);

    /// <summary>A type with ids of its own for what is nested in it.</summary>
    public static IcebergType Of(IcebergType type, ref int next)
    {
        switch (type)
        {
            case StructType s:
                return new StructType(Fields(s.Fields, ref next));
            case ListType l:
                var element = next++;
                return new ListType(element, Of(l.Element.Type, ref next), l.Element.IsRequired);
            case MapType m:
                var (key, value) = (next++, next++);
                return new MapType(key, Of(m.Key.Type, ref next), value, Of(m.Value.Type, ref next), m.Value.IsRequired);
            default:
                return type;
        }
    }

    private static List<NestedField> Fields(IReadOnlyList<NestedField> fields, ref int next)
    {
        var first = next;
        next += fields.Count;
        var fresh = new List<NestedField>(fields.Count);
        for (var i = 0; i < fields.Count; i++) fresh.Add(fields[i] with { Id = first + i, Type = Of(fields[i].Type, ref next) });
        return fresh;
    }

    private static int Same(int id, TableSchema named, TableSchema fresh) =>
        fresh.Find(named.FullName(id) ?? throw new LakeFormatException($"source field id is {id}; the schema has no field of that id"))!.Id;
}

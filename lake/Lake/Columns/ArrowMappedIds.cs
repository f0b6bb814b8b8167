using Apache.Arrow;
using Apache.Arrow.Types;
using Lake.Metadata;

namespace Lake.Columns;

/// <summary>Columns of files that were written without field ids, with the ids that a table's name mapping gives them. Stateless.</summary>
internal static class ArrowMappedIds
{
    /// <summary>The fields, those without an id with the one of their name. An id that another field has, or that was given before, is not given again.</summary>
    /// <exception cref="LakeFormatException">The mapping is none.</exception>
    public static IReadOnlyList<Field> Of(IReadOnlyList<Field> fields, NameMapping mapping)
    {
        if (fields.All(f => ArrowSchema.IdOf(f) is not null)) return fields;
        var given = fields.Select(ArrowSchema.IdOf).OfType<int>().ToHashSet();
        return
        [
            .. fields.Select(field =>
            {
                if (ArrowSchema.IdOf(field) is not null) return field;
                var (id, below) = mapping.Find(field.Name);
                return ArrowSchema.WithId(field, Type(field.DataType, below), id is { } one && given.Add(one) ? one : null);
            }),
        ];
    }

    private static IArrowType Type(IArrowType type, NameMapping mapping) => type switch
    {
        StructType s => new StructType([.. Of(s.Fields, mapping)]),
        ListType l => new ListType(Part(l.ValueField, "element", mapping)),
        MapType m => new MapType(Part(m.KeyField, "key", mapping), Part(m.ValueField, "value", mapping), m.KeySorted),
        _ => type,
    };

    // The mapping calls parts of lists and maps always so, whatever the file does.
    private static Field Part(Field part, string name, NameMapping mapping)
    {
        var (id, below) = mapping.Find(name);
        return ArrowSchema.WithId(part, Type(part.DataType, below), ArrowSchema.IdOf(part) ?? id);
    }
}

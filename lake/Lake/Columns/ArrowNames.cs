using Apache.Arrow;
using Lake.Types;
using Arrow = Apache.Arrow.Types;

namespace Lake.Columns;

/// <summary>Gives Arrow fields that carry no ids those of a table's column of the same names. Stateless.</summary>
internal static class ArrowNames
{
    /// <summary>The field with ids, nested ones found by name; one that has ids already stays as it is.</summary>
    public static Field WithIds(Field field, NestedField column)
    {
        if (ArrowSchema.IdOf(field) is not null) return field;
        var ids = ArrowSchema.Of(column);
        return new Field(field.Name, WithIds(field.DataType, column.Type), field.IsNullable, ids.Metadata);
    }

    private static Arrow.IArrowType WithIds(Arrow.IArrowType written, IcebergType wanted) => (written, wanted) switch
    {
        (Arrow.StructType s, StructType w) => new Arrow.StructType([.. s.Fields.Select(f => w.Find(f.Name) is { } inner ? WithIds(f, inner) : f)]),
        (Arrow.ListType l, ListType w) => new Arrow.ListType(WithIds(l.ValueField, w.Element)),
        (Arrow.MapType m, MapType w) => new Arrow.MapType(WithIds(m.KeyField, w.Key), WithIds(m.ValueField, w.Value)),
        _ => written,
    };
}

using Apache.Arrow;
using Lake.Files.Avro;
using Lake.Types;
using Arrow = Apache.Arrow.Types;

namespace Lake.Columns;

/// <summary>
/// Names of columns in data files: those of the table as Avro takes them, at every depth. Readers that go by names look for these, as the reference implementation writes such; readers that go by field ids
/// take no notice. Stateless.
/// </summary>
internal static class FileNames
{
    /// <summary>Fields beside each other under their names in files, ids and all else as they were. Of two that would have one name, the one that is called so keeps it and the other has its id behind it.</summary>
    public static IReadOnlyList<NestedField> Of(IReadOnlyList<NestedField> fields)
    {
        var taken = fields.Select(f => f.Name).Where(n => AvroText.Name(n) == n).ToHashSet(StringComparer.Ordinal);
        return [.. fields.Select(f => f with { Name = Free(f, taken), Type = Of(f.Type) })];
    }

    /// <summary>Rows under the names of a file; the same where those are the table's. The columns stay the batch's own.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="columns">Their columns, as <see cref="Of(IReadOnlyList{NestedField})"/> gives them.</param>
    public static RecordBatch Renamed(RecordBatch batch, IReadOnlyList<NestedField> columns)
    {
        var written = batch.Schema.FieldsList;
        var arrays = columns.Select((c, i) => Renamed(batch.Column(i).Data, c.Type)).ToList();
        if (columns.Select((c, i) => c.Name == written[i].Name && arrays[i] == batch.Column(i).Data).All(same => same)) return batch;
        var fields = columns.Select((c, i) => new Field(c.Name, arrays[i].DataType, written[i].IsNullable, written[i].Metadata));
        return new RecordBatch(new Schema(fields, null), arrays.Select(ArrowArrayFactory.BuildArray), batch.Length);
    }

    private static string Free(NestedField field, HashSet<string> taken)
    {
        var name = AvroText.Name(field.Name);
        if (name == field.Name) return name;
        while (!taken.Add(name)) name = FormattableString.Invariant($"{name}_{field.Id}");
        return name;
    }

    private static IcebergType Of(IcebergType type) => type switch
    {
        StructType s => new StructType(Of(s.Fields)),
        ListType l => new ListType(l.Element.Id, Of(l.Element.Type), l.Element.IsRequired),
        MapType m => new MapType(m.Key.Id, Of(m.Key.Type), m.Value.Id, Of(m.Value.Type), m.Value.IsRequired),
        _ => type,
    };

    private static ArrayData Renamed(ArrayData data, IcebergType wanted)
    {
        if (wanted.IsPrimitive) return data;
        switch (data.DataType, wanted)
        {
            case (Arrow.StructType s, StructType w):
                var children = data.Children.Select((c, i) => Renamed(c, w.Fields[i].Type)).ToArray();
                if (children.SequenceEqual(data.Children) && s.Fields.Select(f => f.Name).SequenceEqual(w.Fields.Select(f => f.Name))) return data;
                return With(data, new Arrow.StructType([.. children.Select((c, i) => Called(s.Fields[i], w.Fields[i].Name, c.DataType))]), children);
            case (Arrow.ListType l, ListType w):
                var values = Renamed(data.Children[0], w.Element.Type);
                return values == data.Children[0] ? data : With(data, new Arrow.ListType(Called(l.ValueField, l.ValueField.Name, values.DataType)), [values]);
            case (Arrow.MapType m, MapType w):
                var pairs = data.Children[0];
                var (key, value) = (Renamed(pairs.Children[0], w.Key.Type), Renamed(pairs.Children[1], w.Value.Type));
                if (key == pairs.Children[0] && value == pairs.Children[1]) return data;
                var type = new Arrow.MapType(Called(m.KeyField, m.KeyField.Name, key.DataType), Called(m.ValueField, m.ValueField.Name, value.DataType), m.KeySorted);
                return With(data, type, [With(pairs, type.KeyValueType, [key, value])]);
            default:
                return data;
        }
    }

    private static Field Called(Field field, string name, Arrow.IArrowType type) => new(name, type, field.IsNullable, field.Metadata);

    private static ArrayData With(ArrayData data, Arrow.IArrowType type, ArrayData[] children) => new(type, data.Length, data.NullCount, data.Offset, data.Buffers, children);
}

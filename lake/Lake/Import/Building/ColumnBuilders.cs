using Lake.Types;

namespace Lake.Import.Building;

/// <summary>Makes the builder of a column. Stateless.</summary>
internal static class ColumnBuilders
{
    /// <param name="field">The column.</param>
    /// <param name="path">Its full name.</param>
    /// <param name="jsonColumns">Full names of text columns that hold JSON.</param>
    /// <param name="ignoresUnknown">Whether members of JSON objects that are no field are left out.</param>
    /// <exception cref="ImportException">Columns of its type cannot be read from text.</exception>
    public static ColumnBuilder Of(NestedField field, string path, IReadOnlySet<string> jsonColumns, bool ignoresUnknown)
    {
        switch (field.Type)
        {
            case StructType s:
                return new StructBuilder(field, path, [.. s.Fields.Select(f => Inner(f, f.Name))], ignoresUnknown);
            case ListType l:
                return new ListBuilder(field, path, Inner(l.Element, "element"));
            case MapType { Key.Type: PrimitiveType } m:
                return new MapBuilder(field, path, Inner(m.Key, "key"), Inner(m.Value, "value"));
        }
        return field.Type.Kind switch
        {
            TypeKind.Boolean => new BooleanBuilder(field, path),
            TypeKind.Int => new FixedBuilder<int, IntParser>(field, path, default),
            TypeKind.Long => new FixedBuilder<long, LongParser>(field, path, default),
            TypeKind.Float => new FixedBuilder<float, FloatParser>(field, path, default),
            TypeKind.Double => new FixedBuilder<double, DoubleParser>(field, path, default),
            TypeKind.Decimal when field.Type is PrimitiveType p => new FixedBuilder<Int128, DecimalParser>(field, path, new DecimalParser(p.Precision, p.Scale)),
            TypeKind.Date => new FixedBuilder<int, DateParser>(field, path, default),
            TypeKind.Time => new FixedBuilder<long, TimeOfDayParser>(field, path, default),
            TypeKind.Timestamp => new FixedBuilder<long, TimestampParser>(field, path, new TimestampParser(withZone: false)),
            TypeKind.TimestampTz => new FixedBuilder<long, TimestampParser>(field, path, new TimestampParser(withZone: true)),
            TypeKind.String or TypeKind.Binary => new BytesBuilder(field, path, jsonColumns.Contains(path)),
            TypeKind.Uuid => new FixedBytesBuilder(field, path, 16),
            TypeKind.Fixed when field.Type is PrimitiveType p => new FixedBytesBuilder(field, path, p.Length),
            _ => throw new ImportException($"column '{path}' is {field.Type}; columns of that type cannot be imported from text"),
        };

        ColumnBuilder Inner(NestedField inner, string name) => Of(inner, $"{path}.{name}", jsonColumns, ignoresUnknown);
    }
}

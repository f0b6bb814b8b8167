using Apache.Arrow.Types;
using Lake.Types;

namespace Lake.Columns;

/// <summary>Iceberg types for Arrow types of other writers. Stateless.</summary>
internal static class ArrowTypes
{
    /// <summary>The type that holds all values; null where there is none. Nanoseconds become microseconds, as format version 2 has no others.</summary>
    /// <param name="type">Arrow's type.</param>
    /// <param name="nextId">Gives ids to what is nested in it.</param>
    public static IcebergType? Of(IArrowType type, Func<int> nextId)
    {
        switch (type)
        {
            case Apache.Arrow.Types.StructType s:
                var fields = s.Fields.Select(f => Of(f.DataType, nextId) is { } inner ? new NestedField(nextId(), f.Name, !f.IsNullable, inner) : null).ToList();
                return fields.Contains(null) || fields.Count == 0 ? null : new Lake.Types.StructType([.. fields.OfType<NestedField>()]);
            case Apache.Arrow.Types.ListType l:
                return Of(l.ValueDataType, nextId) is { } element ? new Lake.Types.ListType(nextId(), element, !l.ValueField.IsNullable) : null;
            case Apache.Arrow.Types.MapType m:
                return Of(m.KeyField.DataType, nextId) is { } key && Of(m.ValueField.DataType, nextId) is { } value ? new Lake.Types.MapType(nextId(), key, nextId(), value, !m.ValueField.IsNullable) : null;
            case DictionaryType d:
                return Of(d.ValueType, nextId);
            case TimestampType t:
                return t.Timezone is null ? PrimitiveType.Timestamp : PrimitiveType.TimestampTz;
            case Decimal128Type d:
                return PrimitiveType.Decimal(d.Precision, d.Scale);
            case FixedSizeBinaryType f:
                return PrimitiveType.Fixed(f.ByteWidth);
        }
        return type.TypeId switch
        {
            ArrowTypeId.Boolean => PrimitiveType.Boolean,
            ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.Int32 => PrimitiveType.Int,
            ArrowTypeId.UInt32 or ArrowTypeId.Int64 => PrimitiveType.Long,
            ArrowTypeId.Float => PrimitiveType.Float,
            ArrowTypeId.Double => PrimitiveType.Double,
            ArrowTypeId.Date32 => PrimitiveType.Date,
            ArrowTypeId.Time32 or ArrowTypeId.Time64 => PrimitiveType.Time,
            ArrowTypeId.String or ArrowTypeId.LargeString => PrimitiveType.String,
            ArrowTypeId.Binary or ArrowTypeId.LargeBinary => PrimitiveType.Binary,
            _ => null,
        };
    }
}

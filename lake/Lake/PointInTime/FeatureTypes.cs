using Apache.Arrow.Types;
using FeatureModel.Values;
using Lake.Query;
using Lake.Types;
using Arrow = Apache.Arrow.Types;
using ListType = Lake.Types.ListType;

namespace Lake.PointInTime;

/// <summary>Types of features beside those of tables and of Arrow. Pure.</summary>
internal static class FeatureTypes
{
    /// <summary>A column as a value of a feature's type; null where the type cannot hold all that the column can.</summary>
    public static string? Cast(IcebergType column, FeatureDataType type, string reference)
    {
        var fits = type.IsList() ? column is ListType list && Fits(list.Element.Type.Kind, type.Element()) : Fits(column.Kind, type);
        return fits ? $"CAST({reference} AS {Sql(type)})" : null;
    }

    /// <summary>The types that are widened to a feature's type without loss, as values that were written before are.</summary>
    public static bool Fits(TypeKind column, FeatureDataType type) => type switch
    {
        FeatureDataType.Int32 => column is TypeKind.Int,
        FeatureDataType.Int64 => column is TypeKind.Int or TypeKind.Long,
        FeatureDataType.Double => column is TypeKind.Int or TypeKind.Long or TypeKind.Float or TypeKind.Double,
        FeatureDataType.Float => column is TypeKind.Float,
        FeatureDataType.Bool => column is TypeKind.Boolean,
        FeatureDataType.String => column is TypeKind.String or TypeKind.Uuid,
        FeatureDataType.Json => column is TypeKind.String,
        FeatureDataType.Bytes => column is TypeKind.Binary or TypeKind.Fixed,
        FeatureDataType.UnixTimestamp => IsMoment(column),
        _ => false,
    };

    public static bool IsMoment(TypeKind kind) => kind is TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampNs;

    public static string Sql(FeatureDataType type) => type.IsList() ? $"{Sql(type.Element())}[]" : DuckText.Type(Column(type));

    private static PrimitiveType Column(FeatureDataType type) => type switch
    {
        FeatureDataType.Int32 => PrimitiveType.Int,
        FeatureDataType.Int64 => PrimitiveType.Long,
        FeatureDataType.Double => PrimitiveType.Double,
        FeatureDataType.Float => PrimitiveType.Float,
        FeatureDataType.Bool => PrimitiveType.Boolean,
        FeatureDataType.Bytes => PrimitiveType.Binary,
        FeatureDataType.UnixTimestamp => PrimitiveType.TimestampTz,
        _ => PrimitiveType.String,
    };

    /// <summary>A table's columns of Arrow's; ids count from 1.</summary>
    /// <exception cref="JoinException">A table can have no such column.</exception>
    public static IReadOnlyList<NestedField> Fields(IEnumerable<Apache.Arrow.Field> fields)
    {
        var id = 0;
        return [.. fields.Select(f => Of(f, ref id))];
    }

    private static NestedField Of(Apache.Arrow.Field field, ref int id)
    {
        var own = ++id;
        return NestedField.Optional(own, field.Name, Of(field.Name, field.DataType, ref id));
    }

    private static IcebergType Of(string name, IArrowType type, ref int id)
    {
        switch (type)
        {
            case Arrow.ListType list:
                var element = ++id;
                return new ListType(element, Of(name, list.ValueDataType, ref id), false);
            case Arrow.StructType parts:
                var fields = new List<NestedField>();
                foreach (var part in parts.Fields) fields.Add(Of(part, ref id));
                return new Lake.Types.StructType(fields);
            case Arrow.MapType map:
                var (key, value) = (++id, ++id);
                return new Lake.Types.MapType(key, Of(name, map.KeyField.DataType, ref id), value, Of(name, map.ValueField.DataType, ref id), false);
            default:
                return Primitive(type) ?? throw new JoinException($"column '{name}' is of Arrow type {type.Name}; tables have no such column");
        }
    }

    private static PrimitiveType? Primitive(IArrowType type) => type switch
    {
        BooleanType => PrimitiveType.Boolean,
        Int8Type or Int16Type or Int32Type or UInt8Type or UInt16Type => PrimitiveType.Int,
        Int64Type or UInt32Type => PrimitiveType.Long,
        FloatType => PrimitiveType.Float,
        DoubleType => PrimitiveType.Double,
        StringType => PrimitiveType.String,
        BinaryType => PrimitiveType.Binary,
        Date32Type => PrimitiveType.Date,
        Time64Type => PrimitiveType.Time,
        TimestampType { Unit: TimeUnit.Nanosecond, Timezone: null or "" } => PrimitiveType.TimestampNs,
        TimestampType { Timezone: null or "" } => PrimitiveType.Timestamp,
        TimestampType => PrimitiveType.TimestampTz,
        Decimal128Type d => PrimitiveType.Decimal(d.Precision, d.Scale),
        FixedSizeBinaryType f => PrimitiveType.Fixed(f.ByteWidth),
        _ => null,
    };
}

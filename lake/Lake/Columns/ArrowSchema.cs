using System.Globalization;
using Apache.Arrow.Types;
using Lake.Files.Parquet.Checks;
using Lake.Types;
using Arrow = Apache.Arrow;

namespace Lake.Columns;

/// <summary>Table schemas as Arrow schemas, which carry the field ids into Parquet, and back. Stateless.</summary>
public static class ArrowSchema
{
    /// <summary>Arrow's name for the field id of a Parquet column.</summary>
    private const string FieldId = "PARQUET:field_id";

    public static Arrow.Schema Of(TableSchema schema) => Of(schema.Fields);

    /// <summary>
    /// The schema of a new data file: columns are called as <see cref="FileNames"/> says, and it tells readers that look for names the names of the ids, as the reference implementation does; and it has room
    /// for checksums.
    /// </summary>
    internal static Arrow.Schema OfFile(TableSchema schema) => new([.. FileNames.Of(schema.Fields).Select(Of)], [new("iceberg.schema", Metadata.SchemaJson.Text(schema)), new(FileChecks.Key, FileChecks.Unstamped(schema))]);

    public static Arrow.Schema Of(IReadOnlyList<NestedField> fields) => new([.. fields.Select(Of)], null);

    public static Arrow.Field Of(NestedField field) =>
        new(field.Name, Of(field.Type), !field.IsRequired, [new KeyValuePair<string, string>(FieldId, field.Id.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>A field of another type, with a field id or none.</summary>
    internal static Arrow.Field WithId(Arrow.Field field, IArrowType type, int? id) =>
        new(field.Name, type, field.IsNullable, id is { } number ? [new KeyValuePair<string, string>(FieldId, number.ToString(CultureInfo.InvariantCulture))] : []);

    /// <summary>The field id that a column carries; null for none.</summary>
    public static int? IdOf(Arrow.Field field) =>
        field.HasMetadata && field.Metadata.TryGetValue(FieldId, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    public static IArrowType Of(IcebergType type) => type switch
    {
        Lake.Types.StructType s => new Apache.Arrow.Types.StructType([.. s.Fields.Select(Of)]),
        Lake.Types.ListType l => new Apache.Arrow.Types.ListType(Of(l.Element)),
        Lake.Types.MapType m => new Apache.Arrow.Types.MapType(Of(m.Key), Of(m.Value)),
        PrimitiveType p => Of(p),
        _ => throw new ArgumentException($"type is {type}; it has no Arrow type", nameof(type)),
    };

    private static IArrowType Of(PrimitiveType type) => type.Kind switch
    {
        TypeKind.Boolean => BooleanType.Default,
        TypeKind.Int => Int32Type.Default,
        TypeKind.Long => Int64Type.Default,
        TypeKind.Float => FloatType.Default,
        TypeKind.Double => DoubleType.Default,
        TypeKind.Decimal => new Decimal128Type(type.Precision, type.Scale),
        TypeKind.Date => Date32Type.Default,
        TypeKind.Time => new Time64Type(TimeUnit.Microsecond),
        TypeKind.Timestamp => new TimestampType(TimeUnit.Microsecond, (string?)null),
        TypeKind.TimestampTz => new TimestampType(TimeUnit.Microsecond, "UTC"),
        TypeKind.TimestampNs => new TimestampType(TimeUnit.Nanosecond, (string?)null),
        TypeKind.TimestampTzNs => new TimestampType(TimeUnit.Nanosecond, "UTC"),
        TypeKind.String => StringType.Default,
        TypeKind.Uuid => new FixedSizeBinaryType(16),
        TypeKind.Fixed => new FixedSizeBinaryType(type.Length),
        TypeKind.Binary => BinaryType.Default,
        _ => throw new ArgumentException($"type is {type}; it is not stored in files", nameof(type)),
    };
}

using System.Globalization;
using Lake.Types;
using Lake.Values;

namespace Lake.Query;

/// <summary>Names, values and types as DuckDB's SQL writes them. Pure.</summary>
internal static class DuckText
{
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Literal))}]";

    /// <summary>A value of a type, as <see cref="SingleValue"/> boxes it; null for null.</summary>
    public static string Value(PrimitiveType type, object? value) => value switch
    {
        null => Null(type),
        byte[] bytes => $"from_hex('{Convert.ToHexString(bytes)}')",
        float or double => $"CAST({Literal(ValueText.Write(type, value))} AS {Type(type)})",
        // The calendar of .NET ends before that of the tables.
        int days when type.Kind == TypeKind.Date => string.Create(CultureInfo.InvariantCulture, $"CAST(DATE '1970-01-01' + {days} AS DATE)"),
        long micros when type.Kind == TypeKind.Timestamp => string.Create(CultureInfo.InvariantCulture, $"make_timestamp({micros})"),
        long micros when type.Kind == TypeKind.TimestampTz => string.Create(CultureInfo.InvariantCulture, $"CAST(make_timestamp({micros}) AS TIMESTAMPTZ)"),
        long nanos when type.Kind == TypeKind.TimestampNs => string.Create(CultureInfo.InvariantCulture, $"make_timestamp_ns({nanos})"),
        _ => $"CAST({Literal(ValueText.Write(type, value))} AS {Type(type)})",
    };

    public static string Null(IcebergType type) => $"CAST(NULL AS {Type(type)})";

    /// <exception cref="LakeFormatException">The engine has no such type.</exception>
    public static string Type(IcebergType type) => type switch
    {
        StructType s => $"STRUCT({string.Join(", ", s.Fields.Select(f => $"{Name(f.Name)} {Type(f.Type)}"))})",
        ListType l => $"{Type(l.Element.Type)}[]",
        MapType m => $"MAP({Type(m.Key.Type)}, {Type(m.Value.Type)})",
        PrimitiveType p => Type(p),
        _ => throw new ArgumentException($"type is {type}; SQL has no such type", nameof(type)),
    };

    private static string Type(PrimitiveType type) => type.Kind switch
    {
        TypeKind.Boolean => "BOOLEAN",
        TypeKind.Int => "INTEGER",
        TypeKind.Long => "BIGINT",
        TypeKind.Float => "FLOAT",
        TypeKind.Double => "DOUBLE",
        TypeKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"DECIMAL({type.Precision},{type.Scale})"),
        TypeKind.Date => "DATE",
        TypeKind.Time => "TIME",
        TypeKind.Timestamp => "TIMESTAMP",
        TypeKind.TimestampTz => "TIMESTAMP WITH TIME ZONE",
        TypeKind.TimestampNs => "TIMESTAMP_NS",
        TypeKind.String => "VARCHAR",
        TypeKind.Uuid => "UUID",
        TypeKind.Fixed or TypeKind.Binary => "BLOB",
        _ => throw new LakeFormatException($"a column is of type {type}, which SQL queries do not read"),
    };
}

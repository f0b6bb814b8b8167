using System.Text;
using System.Text.Json;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Files.Avro;

/// <summary>Avro schemas of Iceberg structs as texts: with field ids, and with map by int keys as lists of pairs, as the specification's appendix A wants.</summary>
internal static class AvroText
{
    /// <summary>The Avro schema of a record.</summary>
    public static string Record(string name, StructType type) => JsonText.Of(json => WriteRecord(json, name, type));

    /// <summary>A name as Avro takes it: letters, digits, underscores; others become <c>_x</c> and their code, as the reference implementation has it.</summary>
    public static string Name(string name)
    {
        var clean = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (char.IsAsciiLetter(c) || c == '_' || (i > 0 && char.IsAsciiDigit(c))) clean.Append(c);
            else if (char.IsAsciiDigit(c)) clean.Append('_').Append(c);
            else clean.Append("_x").Append(((int)c).ToString("X", System.Globalization.CultureInfo.InvariantCulture));
        }
        return clean.ToString();
    }

    private static void WriteRecord(Utf8JsonWriter json, string name, StructType type)
    {
        json.WriteStartObject();
        json.WriteString("type", "record");
        json.WriteString("name", name);
        json.WriteStartArray("fields");
        foreach (var field in type.Fields)
        {
            json.WriteStartObject();
            var clean = Name(field.Name);
            json.WriteString("name", clean);
            if (clean != field.Name) json.WriteString("iceberg-field-name", field.Name);
            json.WritePropertyName("type");
            WriteOptional(json, field);
            if (!field.IsRequired) json.WriteNull("default");
            json.WriteNumber("field-id", field.Id);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, NestedField field)
    {
        if (field.IsRequired)
        {
            WriteType(json, field);
            return;
        }
        json.WriteStartArray();
        json.WriteStringValue("null");
        WriteType(json, field);
        json.WriteEndArray();
    }

    private static void WriteType(Utf8JsonWriter json, NestedField field)
    {
        switch (field.Type)
        {
            case StructType s:
                WriteRecord(json, $"r{field.Id}", s);
                break;
            case ListType l:
                json.WriteStartObject();
                json.WriteString("type", "array");
                json.WritePropertyName("items");
                WriteOptional(json, l.Element);
                json.WriteNumber("element-id", l.Element.Id);
                json.WriteEndObject();
                break;
            case MapType m:
                json.WriteStartObject();
                json.WriteString("type", "array");
                json.WritePropertyName("items");
                WriteRecord(json, $"k{m.Key.Id}_v{m.Value.Id}", new StructType([m.Key, m.Value]));
                json.WriteString("logicalType", "map");
                json.WriteEndObject();
                break;
            default:
                WritePrimitive(json, field, (PrimitiveType)field.Type);
                break;
        }
    }

    private static void WritePrimitive(Utf8JsonWriter json, NestedField field, PrimitiveType type)
    {
        switch (type.Kind)
        {
            case TypeKind.Date:
                WriteLogical(json, "int", "date");
                break;
            case TypeKind.Time:
                WriteLogical(json, "long", "time-micros");
                break;
            case TypeKind.Timestamp or TypeKind.TimestampTz:
                WriteLogical(json, "long", "timestamp-micros", type.Kind == TypeKind.TimestampTz);
                break;
            case TypeKind.TimestampNs or TypeKind.TimestampTzNs:
                WriteLogical(json, "long", "timestamp-nanos", type.Kind == TypeKind.TimestampTzNs);
                break;
            case TypeKind.Uuid:
                WriteFixed(json, $"uuid_{field.Id}", 16, "uuid");
                break;
            case TypeKind.Fixed:
                WriteFixed(json, $"fixed_{field.Id}", type.Length, null);
                break;
            case TypeKind.Decimal:
                json.WriteStartObject();
                json.WriteString("type", "fixed");
                json.WriteString("name", $"decimal_{field.Id}");
                json.WriteNumber("size", DecimalBytes.Needed(type.Precision));
                json.WriteString("logicalType", "decimal");
                json.WriteNumber("precision", type.Precision);
                json.WriteNumber("scale", type.Scale);
                json.WriteEndObject();
                break;
            case TypeKind.Binary:
                json.WriteStringValue("bytes");
                break;
            case TypeKind.Unknown:
                // Values of a dropped column: only nulls are ever written of them.
                json.WriteStringValue("int");
                break;
            default:
                json.WriteStringValue(type.ToString());
                break;
        }
    }

    private static void WriteLogical(Utf8JsonWriter json, string type, string logical, bool? utc = null)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("logicalType", logical);
        if (utc is { } adjusted) json.WriteBoolean("adjust-to-utc", adjusted);
        json.WriteEndObject();
    }

    private static void WriteFixed(Utf8JsonWriter json, string name, int size, string? logical)
    {
        json.WriteStartObject();
        json.WriteString("type", "fixed");
        json.WriteString("name", name);
        json.WriteNumber("size", size);
        if (logical is not null) json.WriteString("logicalType", logical);
        json.WriteEndObject();
    }
}

using System.Text.Json;
using Lake.Types;

namespace Lake.Metadata;

/// <summary>Types and schemas to and from the JSON of the specification's appendix C.</summary>
internal static class SchemaJson
{
    /// <summary>Levels of types in types at most. 100: far beyond any table, far below what a thread's stack holds.</summary>
    private const int MaxDepth = 100;

    public static TableSchema ReadSchema(JsonNode node)
    {
        var type = node.Required("type");
        if (type.Text() != "struct") throw type.Wrong("\"struct\"");
        return new TableSchema(
            node.Optional("schema-id")?.Int() ?? 0,
            node.Required("fields").List(f => ReadField(f, 0)),
            node.Optional("identifier-field-ids")?.List(i => i.Int()));
    }

    public static string Text(TableSchema schema) => JsonText.Of(json => Write(json, schema));

    public static void Write(Utf8JsonWriter json, TableSchema schema)
    {
        json.WriteStartObject();
        json.WriteString("type", "struct");
        json.WriteNumber("schema-id", schema.SchemaId);
        if (schema.IdentifierFieldIds.Count > 0)
        {
            json.WriteStartArray("identifier-field-ids");
            foreach (var id in schema.IdentifierFieldIds) json.WriteNumberValue(id);
            json.WriteEndArray();
        }
        WriteFields(json, schema.Fields);
        json.WriteEndObject();
    }

    public static IcebergType ReadType(JsonNode node, int depth = 0)
    {
        if (depth > MaxDepth) throw new LakeFormatException($"{node.Path} stands {depth} types deep; at most {MaxDepth} are read");
        if (node.Element.ValueKind == JsonValueKind.String)
        {
            return PrimitiveType.TryParse(node.Text(), out var primitive) ? primitive : throw node.Wrong("a type of Iceberg that is read here, like \"long\", \"decimal(9,2)\", \"fixed[16]\"");
        }
        var name = node.Required("type");
        return name.Text() switch
        {
            "struct" => new StructType(node.Required("fields").List(f => ReadField(f, depth + 1))),
            "list" => new ListType(node.Required("element-id").Int(), ReadType(node.Required("element"), depth + 1), node.Required("element-required").Boolean()),
            "map" => new MapType(
                node.Required("key-id").Int(),
                ReadType(node.Required("key"), depth + 1),
                node.Required("value-id").Int(),
                ReadType(node.Required("value"), depth + 1),
                node.Required("value-required").Boolean()),
            _ => throw name.Wrong("\"struct\", \"list\" or \"map\""),
        };
    }

    public static void Write(Utf8JsonWriter json, IcebergType type)
    {
        switch (type)
        {
            case StructType s:
                json.WriteStartObject();
                json.WriteString("type", "struct");
                WriteFields(json, s.Fields);
                json.WriteEndObject();
                break;
            case ListType l:
                json.WriteStartObject();
                json.WriteString("type", "list");
                json.WriteNumber("element-id", l.Element.Id);
                json.WritePropertyName("element");
                Write(json, l.Element.Type);
                json.WriteBoolean("element-required", l.Element.IsRequired);
                json.WriteEndObject();
                break;
            case MapType m:
                json.WriteStartObject();
                json.WriteString("type", "map");
                json.WriteNumber("key-id", m.Key.Id);
                json.WritePropertyName("key");
                Write(json, m.Key.Type);
                json.WriteNumber("value-id", m.Value.Id);
                json.WritePropertyName("value");
                Write(json, m.Value.Type);
                json.WriteBoolean("value-required", m.Value.IsRequired);
                json.WriteEndObject();
                break;
            default:
                json.WriteStringValue(type.ToString());
                break;
        }
    }

    private static NestedField ReadField(JsonNode node, int depth) =>
        new(node.Required("id").Int(), node.Required("name").Text(), node.Required("required").Boolean(), ReadType(node.Required("type"), depth), node.Optional("doc")?.Text())
        {
            InitialDefault = node.Optional("initial-default")?.Element.GetRawText(),
            WriteDefault = node.Optional("write-default")?.Element.GetRawText(),
        };

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<NestedField> fields)
    {
        json.WriteStartArray("fields");
        foreach (var field in fields)
        {
            json.WriteStartObject();
            json.WriteNumber("id", field.Id);
            json.WriteString("name", field.Name);
            json.WriteBoolean("required", field.IsRequired);
            json.WritePropertyName("type");
            Write(json, field.Type);
            if (field.Doc is not null) json.WriteString("doc", field.Doc);
            WriteRaw(json, "initial-default", field.InitialDefault);
            WriteRaw(json, "write-default", field.WriteDefault);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null) return;
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }
}

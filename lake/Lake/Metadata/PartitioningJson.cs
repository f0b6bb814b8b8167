using System.Text.Json;

namespace Lake.Metadata;

/// <summary>Partition specs and sort orders to and from JSON.</summary>
internal static class PartitioningJson
{
    public static PartitionSpec ReadSpec(JsonNode node) => new(node.Required("spec-id").Int(), ReadFields(node.Required("fields")));

    public static List<PartitionField> ReadFields(JsonNode node)
    {
        var fields = new List<PartitionField>();
        foreach (var field in node.Items())
        {
            var (source, all) = ReadSources(field);
            // Version 1 does not write the ids: they were given one by one.
            fields.Add(new PartitionField(source, field.Optional("field-id")?.Int() ?? PartitionSpec.FirstFieldId + fields.Count, field.Required("name").Text(), Transform.Parse(field.Required("transform").Text()))
            {
                SourceIds = all,
            });
        }
        return fields;
    }

    public static void Write(Utf8JsonWriter json, PartitionSpec spec)
    {
        json.WriteStartObject();
        json.WriteNumber("spec-id", spec.SpecId);
        json.WritePropertyName("fields");
        WriteFields(json, spec.Fields);
        json.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter json, IReadOnlyList<PartitionField> fields)
    {
        json.WriteStartArray();
        foreach (var field in fields)
        {
            json.WriteStartObject();
            WriteSources(json, field.SourceId, field.SourceIds);
            json.WriteNumber("field-id", field.FieldId);
            json.WriteString("name", field.Name);
            json.WriteString("transform", field.Transform.Name);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static SortOrder ReadOrder(JsonNode node) => new(node.Required("order-id").Int(), node.Required("fields").List(ReadSortField));

    public static void Write(Utf8JsonWriter json, SortOrder order)
    {
        json.WriteStartObject();
        json.WriteNumber("order-id", order.OrderId);
        json.WriteStartArray("fields");
        foreach (var field in order.Fields)
        {
            json.WriteStartObject();
            json.WriteString("transform", field.Transform.Name);
            WriteSources(json, field.SourceId, null);
            json.WriteString("direction", field.IsDescending ? "desc" : "asc");
            json.WriteString("null-order", field.NullsFirst ? "nulls-first" : "nulls-last");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static SortField ReadSortField(JsonNode node)
    {
        var direction = node.Required("direction");
        var nulls = node.Required("null-order");
        return new SortField(
            ReadSources(node).First,
            Transform.Parse(node.Required("transform").Text()),
            direction.Text() switch { "asc" => false, "desc" => true, _ => throw direction.Wrong("\"asc\" or \"desc\"") },
            nulls.Text() switch { "nulls-first" => true, "nulls-last" => false, _ => throw nulls.Wrong("\"nulls-first\" or \"nulls-last\"") });
    }

    private static (int First, List<int>? All) ReadSources(JsonNode node)
    {
        if (node.Optional("source-ids") is not { } list) return (node.Required("source-id").Int(), null);
        var all = list.List(i => i.Int());
        return all.Count > 0 ? (all[0], all) : throw list.Wrong("a list of at least one field id");
    }

    private static void WriteSources(Utf8JsonWriter json, int first, IReadOnlyList<int>? all)
    {
        if (all is null)
        {
            json.WriteNumber("source-id", first);
            return;
        }
        json.WriteStartArray("source-ids");
        foreach (var id in all) json.WriteNumberValue(id);
        json.WriteEndArray();
    }
}

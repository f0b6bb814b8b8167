using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Lake.Types;

namespace Lake.Metadata;

/// <summary>A table's metadata file: versions 1 to 3 are read, the version of the table is written (1 is lifted to 2).</summary>
public static class TableMetadataJson
{
    // Written by name below; all else that a document has is carried over.
    private static readonly HashSet<string> Known =
    [
        "format-version", "table-uuid", "location", "last-sequence-number", "last-updated-ms", "last-column-id", "schema", "schemas", "current-schema-id", "partition-spec",
        "partition-specs", "default-spec-id", "last-partition-id", "properties", "current-snapshot-id", "snapshots", "snapshot-log", "metadata-log", "sort-orders",
        "default-sort-order-id", "refs",
    ];

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="bytes">The file's bytes, as they are or by gzip.</param>
    /// <exception cref="LakeFormatException">Not the metadata of a table of version 1 to 3; the message names place, value and rule.</exception>
    public static TableMetadata Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(Plain(bytes));
            return Read(JsonNode.Root(document));
        }
        catch (JsonException e)
        {
            throw new LakeFormatException($"the metadata is not JSON: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new LakeFormatException($"the metadata is not whole gzip: {e.Message}", e);
        }
    }

    public static byte[] Write(TableMetadata metadata)
    {
        var buffer = new ArrayBufferWriter<byte>(4096 + (metadata.Snapshots.Count * 600));
        using (var json = new Utf8JsonWriter(buffer, Options)) Write(json, metadata);
        return buffer.WrittenSpan.ToArray();
    }

    private static ReadOnlyMemory<byte> Plain(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < 2 || bytes.Span[0] != 0x1f || bytes.Span[1] != 0x8b) return bytes;
        using var gzip = new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static TableMetadata Read(JsonNode node)
    {
        if (node.Optional("view-uuid") is not null) throw new LakeFormatException("the document has a view-uuid: it is the metadata of a view, and those of tables are read here");
        var versionNode = node.Required("format-version");
        var version = versionNode.Int();
        if (version is < 1 or > TableMetadata.MaxFormatVersion) throw versionNode.Wrong($"1 to {TableMetadata.MaxFormatVersion}");
        var (schemas, currentSchemaId) = ReadSchemas(node, version);
        var (specs, defaultSpecId) = ReadSpecs(node, version);
        var (orders, defaultOrderId) = ReadSortOrders(node, version);
        var snapshots = node.Optional("snapshots")?.List(SnapshotJson.Read) ?? [];
        // -1 is what older writers put for none.
        var current = node.Optional("current-snapshot-id")?.Long() is { } id && id != -1 ? id : (long?)null;
        if (current is { } at && !snapshots.Exists(s => s.SnapshotId == at)) throw node.Required("current-snapshot-id").Wrong("the id of one of the snapshots");
        if (version == 3) node.Required("next-row-id").Long();
        return new TableMetadata
        {
            FormatVersion = version,
            TableUuid = version == 1 ? node.Optional("table-uuid")?.Uuid() ?? Guid.NewGuid() : node.Required("table-uuid").Uuid(),
            Location = node.Required("location").Text().TrimEnd('/'),
            LastSequenceNumber = version == 1 ? 0 : node.Required("last-sequence-number").Long(),
            LastUpdatedMs = node.Required("last-updated-ms").Long(),
            LastColumnId = node.Required("last-column-id").Int(),
            Schemas = schemas,
            CurrentSchemaId = currentSchemaId,
            PartitionSpecs = specs,
            DefaultSpecId = defaultSpecId,
            LastPartitionId = version == 1
                ? node.Optional("last-partition-id")?.Int() ?? specs.Max(s => s.HighestFieldId)
                : node.Required("last-partition-id").Int(),
            SortOrders = orders,
            DefaultSortOrderId = defaultOrderId,
            Properties = node.Optional("properties")?.Strings() ?? [],
            CurrentSnapshotId = current,
            Snapshots = snapshots,
            SnapshotLog = node.Optional("snapshot-log")?.List(e => new SnapshotLogEntry(e.Required("timestamp-ms").Long(), e.Required("snapshot-id").Long())) ?? [],
            MetadataLog = node.Optional("metadata-log")?.List(e => new MetadataLogEntry(e.Required("timestamp-ms").Long(), e.Required("metadata-file").Text())) ?? [],
            Refs = ReadRefs(node, current),
            Carried = node.Members().Where(m => !Known.Contains(m.Name)).ToDictionary(m => m.Name, m => m.Value.Element.GetRawText()),
        };
    }

    private static (List<TableSchema> Schemas, int Current) ReadSchemas(JsonNode node, int version)
    {
        if (node.Optional("schemas") is not { } list)
        {
            if (version > 1) node.Required("schemas");
            var only = SchemaJson.ReadSchema(node.Required("schema"));
            return ([only], only.SchemaId);
        }
        var schemas = list.List(SchemaJson.ReadSchema);
        var current = node.Required("current-schema-id");
        return schemas.Exists(s => s.SchemaId == current.Int()) ? (schemas, current.Int()) : throw current.Wrong("the schema-id of one of the schemas");
    }

    private static (List<PartitionSpec> Specs, int Default) ReadSpecs(JsonNode node, int version)
    {
        if (node.Optional("partition-specs") is not { } list)
        {
            if (version > 1) node.Required("partition-specs");
            return ([new PartitionSpec(0, PartitioningJson.ReadFields(node.Required("partition-spec")))], 0);
        }
        var specs = list.List(PartitioningJson.ReadSpec);
        var current = node.Required("default-spec-id");
        return specs.Exists(s => s.SpecId == current.Int()) ? (specs, current.Int()) : throw current.Wrong("the spec-id of one of the partition-specs");
    }

    private static (List<SortOrder> Orders, int Default) ReadSortOrders(JsonNode node, int version)
    {
        if (version == 1 && node.Optional("sort-orders") is null) return ([SortOrder.Unsorted], 0);
        var orders = node.Required("sort-orders").List(PartitioningJson.ReadOrder);
        var current = node.Required("default-sort-order-id");
        if (current.Int() == 0 && !orders.Exists(o => o.OrderId == 0)) orders.Insert(0, SortOrder.Unsorted);
        return orders.Exists(o => o.OrderId == current.Int()) ? (orders, current.Int()) : throw current.Wrong("the order-id of one of the sort-orders");
    }

    private static Dictionary<string, SnapshotRef> ReadRefs(JsonNode node, long? current)
    {
        var refs = new Dictionary<string, SnapshotRef>(StringComparer.Ordinal);
        if (node.Optional("refs") is { } named)
        {
            foreach (var (name, value) in named.Members()) refs[name] = SnapshotJson.ReadRef(value);
        }
        // The main branch is there even where refs are not.
        if (current is { } id) refs[SnapshotRef.Main] = refs.GetValueOrDefault(SnapshotRef.Main, new SnapshotRef(id, true)) with { SnapshotId = id };
        return refs;
    }

    private static void Write(Utf8JsonWriter json, TableMetadata metadata)
    {
        json.WriteStartObject();
        json.WriteNumber("format-version", Math.Max(metadata.FormatVersion, 2));
        json.WriteString("table-uuid", metadata.TableUuid);
        json.WriteString("location", metadata.Location);
        json.WriteNumber("last-sequence-number", metadata.LastSequenceNumber);
        json.WriteNumber("last-updated-ms", metadata.LastUpdatedMs);
        json.WriteNumber("last-column-id", metadata.LastColumnId);
        json.WriteNumber("current-schema-id", metadata.CurrentSchemaId);
        WriteList(json, "schemas", metadata.Schemas, SchemaJson.Write);
        json.WriteNumber("default-spec-id", metadata.DefaultSpecId);
        WriteList(json, "partition-specs", metadata.PartitionSpecs, PartitioningJson.Write);
        json.WriteNumber("last-partition-id", metadata.LastPartitionId);
        json.WriteNumber("default-sort-order-id", metadata.DefaultSortOrderId);
        WriteList(json, "sort-orders", metadata.SortOrders, PartitioningJson.Write);
        SnapshotJson.WriteStrings(json, "properties", metadata.Properties);
        if (metadata.CurrentSnapshotId is { } current) json.WriteNumber("current-snapshot-id", current);
        json.WriteStartObject("refs");
        foreach (var (name, reference) in metadata.Refs)
        {
            json.WritePropertyName(name);
            SnapshotJson.Write(json, reference);
        }
        json.WriteEndObject();
        WriteList(json, "snapshots", metadata.Snapshots, SnapshotJson.Write);
        WriteList(json, "snapshot-log", metadata.SnapshotLog, (j, e) =>
        {
            j.WriteStartObject();
            j.WriteNumber("timestamp-ms", e.TimestampMs);
            j.WriteNumber("snapshot-id", e.SnapshotId);
            j.WriteEndObject();
        });
        WriteList(json, "metadata-log", metadata.MetadataLog, (j, e) =>
        {
            j.WriteStartObject();
            j.WriteNumber("timestamp-ms", e.TimestampMs);
            j.WriteString("metadata-file", e.MetadataFile);
            j.WriteEndObject();
        });
        foreach (var (name, value) in metadata.Carried)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        }
        json.WriteEndObject();
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items) write(json, item);
        json.WriteEndArray();
    }
}

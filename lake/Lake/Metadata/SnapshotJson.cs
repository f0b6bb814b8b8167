using System.Text.Json;

namespace Lake.Metadata;

/// <summary>Snapshots and references to and from JSON.</summary>
internal static class SnapshotJson
{
    public static Snapshot Read(JsonNode node)
    {
        var summary = node.Optional("summary")?.Strings() ?? [];
        var list = node.Optional("manifest-list")?.Text();
        return new Snapshot(
            node.Required("snapshot-id").Long(),
            node.Optional("parent-snapshot-id")?.Long(),
            node.Optional("sequence-number")?.Long() ?? 0,
            node.Required("timestamp-ms").Long(),
            list,
            summary)
        {
            SchemaId = node.Optional("schema-id")?.Int(),
            Manifests = list is null ? node.Required("manifests").List(m => m.Text()) : [],
            FirstRowId = node.Optional("first-row-id")?.Long(),
            AddedRows = node.Optional("added-rows")?.Long(),
            KeyId = node.Optional("key-id")?.Text(),
        };
    }

    public static void Write(Utf8JsonWriter json, Snapshot snapshot)
    {
        json.WriteStartObject();
        json.WriteNumber("snapshot-id", snapshot.SnapshotId);
        if (snapshot.ParentSnapshotId is { } parent) json.WriteNumber("parent-snapshot-id", parent);
        json.WriteNumber("sequence-number", snapshot.SequenceNumber);
        json.WriteNumber("timestamp-ms", snapshot.TimestampMs);
        if (snapshot.ManifestList is not null)
        {
            json.WriteString("manifest-list", snapshot.ManifestList);
        }
        else
        {
            json.WriteStartArray("manifests");
            foreach (var manifest in snapshot.Manifests) json.WriteStringValue(manifest);
            json.WriteEndArray();
        }
        WriteStrings(json, "summary", snapshot.Summary);
        if (snapshot.SchemaId is { } schema) json.WriteNumber("schema-id", schema);
        if (snapshot.FirstRowId is { } first) json.WriteNumber("first-row-id", first);
        if (snapshot.AddedRows is { } added) json.WriteNumber("added-rows", added);
        if (snapshot.KeyId is { } key) json.WriteString("key-id", key);
        json.WriteEndObject();
    }

    public static SnapshotRef ReadRef(JsonNode node)
    {
        var type = node.Required("type");
        return new SnapshotRef(node.Required("snapshot-id").Long(), type.Text() switch
        {
            "branch" => true,
            "tag" => false,
            _ => throw type.Wrong("\"branch\" or \"tag\""),
        })
        {
            MinSnapshotsToKeep = node.Optional("min-snapshots-to-keep")?.Int(),
            MaxSnapshotAgeMs = node.Optional("max-snapshot-age-ms")?.Long(),
            MaxRefAgeMs = node.Optional("max-ref-age-ms")?.Long(),
        };
    }

    public static void Write(Utf8JsonWriter json, SnapshotRef reference)
    {
        json.WriteStartObject();
        json.WriteNumber("snapshot-id", reference.SnapshotId);
        json.WriteString("type", reference.IsBranch ? "branch" : "tag");
        if (reference.MinSnapshotsToKeep is { } min) json.WriteNumber("min-snapshots-to-keep", min);
        if (reference.MaxSnapshotAgeMs is { } age) json.WriteNumber("max-snapshot-age-ms", age);
        if (reference.MaxRefAgeMs is { } refAge) json.WriteNumber("max-ref-age-ms", refAge);
        json.WriteEndObject();
    }

    public static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> strings)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in strings) json.WriteString(key, value);
        json.WriteEndObject();
    }
}

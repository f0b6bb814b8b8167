using System.Buffers;
using System.Text.Json;

namespace Appliance.Scoring.Traffic;

/// <summary>
/// The traffic file's content in JSON, by hand: a serializer's description of these types would stay in memory in every appliance, and hardly one splits
/// requests.
/// </summary>
internal static class TrafficCodec
{
    public static byte[] Write(Dictionary<string, TrafficSetting> settings)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (model, setting) in settings)
            {
                json.WritePropertyName(model);
                Write(json, setting);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="JsonException">It is no such content; its checksum says that it was written so.</exception>
    public static Dictionary<string, TrafficSetting> Read(byte[] content)
    {
        using var document = JsonDocument.Parse(content);
        var settings = new Dictionary<string, TrafficSetting>(StringComparer.Ordinal);
        foreach (var model in document.RootElement.EnumerateObject()) settings[model.Name] = Read(model.Value);
        return settings;
    }

    private static void Write(Utf8JsonWriter json, TrafficSetting setting)
    {
        json.WriteStartObject();
        json.WriteNumber("revision"u8, setting.Revision);
        json.WriteStartArray("arms"u8);
        foreach (var arm in setting.Arms)
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, arm.Version);
            json.WriteStartArray("ranges"u8);
            foreach (var bound in arm.Ranges) json.WriteNumberValue(bound);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("shadows"u8);
        foreach (var shadow in setting.Shadows)
        {
            json.WriteStartObject();
            json.WriteNumber("version"u8, shadow.Version);
            json.WriteNumber("basisPoints"u8, shadow.BasisPoints);
            json.WriteNumber("tolerance"u8, shadow.Tolerance);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("versionBefore"u8, setting.VersionBefore);
        json.WriteString("author"u8, setting.Author);
        json.WriteString("reason"u8, setting.Reason);
        json.WriteString("changedAt"u8, setting.ChangedAt);
        json.WriteEndObject();
    }

    private static TrafficSetting Read(JsonElement json)
    {
        var arms = new List<ArmBuckets>();
        foreach (var arm in json.GetProperty("arms"u8).EnumerateArray())
        {
            var ranges = new List<int>();
            foreach (var bound in arm.GetProperty("ranges"u8).EnumerateArray()) ranges.Add(bound.GetInt32());
            arms.Add(new ArmBuckets(arm.GetProperty("version"u8).GetInt64(), ranges));
        }
        var shadows = new List<ShadowShare>();
        foreach (var shadow in json.GetProperty("shadows"u8).EnumerateArray())
        {
            shadows.Add(new ShadowShare(
                shadow.GetProperty("version"u8).GetInt64(), shadow.GetProperty("basisPoints"u8).GetInt32(), shadow.GetProperty("tolerance"u8).GetDouble()));
        }
        return new TrafficSetting(
            json.GetProperty("revision"u8).GetInt64(), arms, shadows, json.GetProperty("versionBefore"u8).GetInt64(),
            json.GetProperty("author"u8).GetString()!, json.GetProperty("reason"u8).GetString()!, json.GetProperty("changedAt"u8).GetDateTimeOffset());
    }
}

using System.Globalization;
using System.Text.Json;

namespace FeatureModel.Definitions.Changes;

/// <summary>Writes JSON of a definition in its canonical form. Not thread-safe.</summary>
internal sealed class CanonicalWriter(Utf8JsonWriter writer, DefinitionRules rules)
{
    /// <summary>A definition: what is empty is left out, and texts with a language of their own are put into their normal form.</summary>
    public void Write(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in Sorted(json).Where(m => !IsEmpty(m)))
                {
                    writer.WritePropertyName(member.Name);
                    WriteMember(member);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray()) Write(item);
                writer.WriteEndArray();
                break;
            default:
                WriteValue(json);
                break;
        }
    }

    private void WriteMember(JsonProperty member)
    {
        switch (member.Name)
        {
            case "tags" or "entries" or "default":
                WriteValue(member.Value);
                break;
            case "ttl" or "window" or "halfLife" or "lateness":
                var text = member.Value.GetString()!;
                writer.WriteStringValue(Durations.TryParse(text, out var micros) ? Durations.Format(micros) : text);
                break;
            case "expression" or "where":
                writer.WriteStringValue(rules.NormalExpression(member.Value.GetString()!));
                break;
            default:
                Write(member.Value);
                break;
        }
    }

    /// <summary>A value that its author chose: empty is a value there, and no member has a language of its own.</summary>
    private void WriteValue(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in Sorted(json))
                {
                    writer.WritePropertyName(member.Name);
                    WriteValue(member.Value);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray()) WriteValue(item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                WriteNumber(json);
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }

    // 1, 1.0 and 1e0 are one number. Above 2^53 a double no longer says which whole number was meant: then the digits stay.
    private void WriteNumber(JsonElement json)
    {
        if (json.TryGetInt64(out var whole)) writer.WriteNumberValue(whole);
        else if (!json.TryGetDouble(out var number) || !double.IsFinite(number)) json.WriteTo(writer);
        else if (double.IsInteger(number) && Math.Abs(number) < 1L << 53) writer.WriteNumberValue((long)number);
        else writer.WriteRawValue(number.ToString("R", CultureInfo.InvariantCulture));
    }

    private static IEnumerable<JsonProperty> Sorted(JsonElement json) => json.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal);

    private static bool IsEmpty(JsonProperty member) => member.Name is not "default" && member.Value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.String => member.Value.GetString()!.Length == 0,
        JsonValueKind.Array => member.Value.GetArrayLength() == 0,
        JsonValueKind.Object => !member.Value.EnumerateObject().Any(),
        _ => false,
    };
}

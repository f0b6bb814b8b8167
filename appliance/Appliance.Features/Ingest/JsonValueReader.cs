// Hot path: once for each field of an event.
using System.Buffers;
using System.Text;
using System.Text.Json;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Features.Ingest;

/// <summary>
/// Reads one JSON value as a feature's type. Numbers that do not fit, and other kinds, are refused; null is no value. A json feature takes any value; text
/// stands for the JSON that it holds, as Feast sends it, and so text that holds none is refused.
/// </summary>
public static class JsonValueReader
{
    /// <summary>What a json feature takes, for messages.</summary>
    public const string JsonRule = "json: an object, an array, a number, true, false, or text that holds JSON, at most 16 levels deep";

    // As deep as an event's data may be: text is no way around it.
    private static readonly JsonDocumentOptions TextOptions = new() { MaxDepth = EventLimits.Default.MaxDataDepth };

    /// <summary>Reads the value that the reader stands on and leaves it at its end; null, or why it is not of the type: "is …; it must be …", of a list's element "[3] is …".</summary>
    public static string? Read(ref Utf8JsonReader reader, FeatureDataType type, out FeatureValue value)
    {
        value = FeatureValue.Null;
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (type == FeatureDataType.Json) return ReadJson(ref reader, out value);
        if (type.IsList()) return ReadList(ref reader, type, out value);
        return ReadOne(ref reader, type, out value) ? null : Refusal(ref reader, type);
    }

    /// <summary>The sentence of what is wrong with the value at a place. What is wrong with an element of a list goes on with the place.</summary>
    public static string Refusal(string place, string error) => error.StartsWith('[') ? $"{place}{error}" : $"{place} {error}";

    private static bool ReadOne(ref Utf8JsonReader reader, FeatureDataType type, out FeatureValue value)
    {
        value = FeatureValue.Null;
        switch (type, reader.TokenType)
        {
            case (FeatureDataType.Int32, JsonTokenType.Number) when reader.TryGetInt32(out var small): value = FeatureValue.Of(small); return true;
            case (FeatureDataType.Int64, JsonTokenType.Number) when reader.TryGetInt64(out var whole): value = FeatureValue.Of(whole); return true;
            case (FeatureDataType.Double, JsonTokenType.Number) when reader.TryGetDouble(out var number) && double.IsFinite(number): value = FeatureValue.Of(number); return true;
            case (FeatureDataType.Float, JsonTokenType.Number) when reader.TryGetSingle(out var single) && float.IsFinite(single): value = FeatureValue.Of(single); return true;
            case (FeatureDataType.Bool, JsonTokenType.True or JsonTokenType.False): value = FeatureValue.Of(reader.GetBoolean()); return true;
            case (FeatureDataType.String, JsonTokenType.String): value = FeatureValue.Of(TextCache.Of(ref reader)); return true;
            case (FeatureDataType.UnixTimestamp, JsonTokenType.String):
                if (!reader.ValueIsEscaped && Rfc3339.TryParse(reader.ValueSpan, out var micros))
                {
                    value = FeatureValue.OfTimestamp(micros);
                    return true;
                }
                return false;
            case (FeatureDataType.Bytes, JsonTokenType.String) when reader.TryGetBytesFromBase64(out var bytes): value = FeatureValue.Of(bytes); return true;
            default: return false;
        }
    }

    private static string? ReadJson(ref Utf8JsonReader reader, out FeatureValue value)
    {
        value = FeatureValue.Null;
        if (reader.TokenType == JsonTokenType.String) return ReadJsonText(ref reader, out value);
        using var document = JsonDocument.ParseValue(ref reader);
        value = FeatureValue.OfJson(document.RootElement.GetRawText());
        return null;
    }

    private static string? ReadJsonText(ref Utf8JsonReader reader, out FeatureValue value)
    {
        value = FeatureValue.Null;
        var text = reader.GetString()!;
        try
        {
            using var document = JsonDocument.Parse(text, TextOptions);
            value = FeatureValue.OfJson(document.RootElement.GetRawText());
            return null;
        }
        catch (JsonException)
        {
            return Refusal(ref reader, FeatureDataType.Json);
        }
    }

    private static string? ReadList(ref Utf8JsonReader reader, FeatureDataType type, out FeatureValue value)
    {
        value = FeatureValue.Null;
        if (reader.TokenType != JsonTokenType.StartArray) return Refusal(ref reader, type);
        var elements = new List<FeatureValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!ReadOne(ref reader, type.Element(), out var element)) return $"[{elements.Count}] {Refusal(ref reader, type.Element())}";
            elements.Add(element);
        }
        value = FeatureValue.OfList(type, FeatureLists.Of(type, elements));
        return null;
    }

    private static string Refusal(ref Utf8JsonReader reader, FeatureDataType type)
    {
        var rule = type switch
        {
            FeatureDataType.UnixTimestamp => "timestamp, text as 2025-01-01T00:00:00Z",
            FeatureDataType.Bytes => "bytes, text in base64",
            FeatureDataType.Json => JsonRule,
            FeatureDataType.Float or FeatureDataType.Double => $"{type.Name()}, a finite number",
            _ => type.Name(),
        };
        return $"is {Shown(ref reader)}; it must be {rule}";
    }

    private static string Shown(ref Utf8JsonReader reader)
    {
        const int Longest = 40;
        if (reader.TokenType == JsonTokenType.StartObject) return "an object";
        if (reader.TokenType == JsonTokenType.StartArray) return "an array";
        var raw = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        var text = Encoding.UTF8.GetString(raw[..Math.Min(raw.Length, Longest)]) + (raw.Length > Longest ? "…" : "");
        return reader.TokenType == JsonTokenType.String ? $"'{text}'" : text;
    }
}

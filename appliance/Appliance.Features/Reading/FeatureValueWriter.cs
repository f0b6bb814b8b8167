// Hot path: once per value of an answer.
using System.Text.Json;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>
/// Writes feature values as JSON: numbers, truth values and text as such, bytes in base64, moments in RFC 3339, lists as arrays, JSON as JSON. What
/// JSON has no word for, NaN and the infinities, is null.
/// </summary>
public static class FeatureValueWriter
{
    public static void Write(Utf8JsonWriter json, FeatureValue value)
    {
        switch (value.Type)
        {
            case FeatureDataType.Int32 or FeatureDataType.Int64: json.WriteNumberValue(value.AsInt64); break;
            case FeatureDataType.Double: WriteNumber(json, value.AsDouble); break;
            case FeatureDataType.Float: WriteNumber(json, value.AsFloat); break;
            case FeatureDataType.Bool: json.WriteBooleanValue(value.AsBool); break;
            case FeatureDataType.String: json.WriteStringValue(value.AsString); break;
            case FeatureDataType.Bytes: json.WriteBase64StringValue(value.AsBytes); break;
            case FeatureDataType.UnixTimestamp: WriteMoment(json, value.AsInt64); break;
            // It was checked to be JSON when it came in.
            case FeatureDataType.Json: json.WriteRawValue(value.AsString, skipInputValidation: true); break;
            case 0: json.WriteNullValue(); break;
            default: WriteList(json, value); break;
        }
    }

    /// <summary>A moment in RFC 3339.</summary>
    public static void WriteMoment(Utf8JsonWriter json, long micros)
    {
        Span<byte> text = stackalloc byte[Rfc3339.MaxLength];
        json.WriteStringValue(text[..Rfc3339.Write(text, micros)]);
    }

    private static void WriteNumber(Utf8JsonWriter json, double number)
    {
        if (double.IsFinite(number)) json.WriteNumberValue(number);
        else json.WriteNullValue();
    }

    // Its own digits: as a double, 0.1 would be 0.10000000149011612.
    private static void WriteNumber(Utf8JsonWriter json, float number)
    {
        if (float.IsFinite(number)) json.WriteNumberValue(number);
        else json.WriteNullValue();
    }

    private static void WriteList(Utf8JsonWriter json, FeatureValue list)
    {
        json.WriteStartArray();
        switch (list.AsList)
        {
            case float[] floats: foreach (var number in floats) WriteNumber(json, number); break;
            case double[] doubles: foreach (var number in doubles) WriteNumber(json, number); break;
            case int[] whole: foreach (var number in whole) json.WriteNumberValue(number); break;
            case long[] moments when list.Type == FeatureDataType.UnixTimestampList: foreach (var moment in moments) WriteMoment(json, moment); break;
            case long[] whole: foreach (var number in whole) json.WriteNumberValue(number); break;
            case bool[] truths: foreach (var truth in truths) json.WriteBooleanValue(truth); break;
            case string[] texts: foreach (var text in texts) json.WriteStringValue(text); break;
            case byte[][] blobs: foreach (var blob in blobs) json.WriteBase64StringValue(blob); break;
            default: throw new System.Diagnostics.UnreachableException($"a list of {list.Type}");
        }
        json.WriteEndArray();
    }
}

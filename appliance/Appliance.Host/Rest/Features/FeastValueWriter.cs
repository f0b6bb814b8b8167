// Hot path: once per value of an answer.
using System.Globalization;
using System.Text.Json;
using Appliance.Features.Reading;
using FeatureModel.Values;

namespace Appliance.Host.Rest.Features;

/// <summary>
/// Writes feature values as Feast's HTTP server does where that differs from our own: floats with the digits of a double, moments in whole seconds
/// since 1970, JSON as text.
/// </summary>
internal static class FeastValueWriter
{
    private const long MicrosPerSecond = 1_000_000;

    public static void Write(Utf8JsonWriter json, FeatureValue value)
    {
        switch (value.Type)
        {
            case FeatureDataType.Float when float.IsFinite(value.AsFloat): json.WriteNumberValue((double)value.AsFloat); break;
            case FeatureDataType.UnixTimestamp: json.WriteNumberValue(Seconds(value.AsInt64)); break;
            case FeatureDataType.Json: json.WriteStringValue(value.AsString); break;
            case FeatureDataType.FloatList: WriteFloats(json, (float[])value.AsList); break;
            case FeatureDataType.UnixTimestampList:
                json.WriteStartArray();
                foreach (var moment in (long[])value.AsList) json.WriteNumberValue(Seconds(moment));
                json.WriteEndArray();
                break;
            default: FeatureValueWriter.Write(json, value); break;
        }
    }

    /// <summary>A <c>google.protobuf.Timestamp</c> as protobuf's JSON has it: a fraction of none, three or six digits.</summary>
    public static void WriteTimestamp(Utf8JsonWriter json, long micros)
    {
        var fraction = micros - (Seconds(micros) * MicrosPerSecond);
        var format = fraction == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : fraction % 1000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
        Span<byte> text = stackalloc byte[32];
        DateTime.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond).TryFormat(text, out var written, format, CultureInfo.InvariantCulture);
        json.WriteStringValue(text[..written]);
    }

    private static void WriteFloats(Utf8JsonWriter json, float[] floats)
    {
        json.WriteStartArray();
        foreach (var number in floats)
        {
            if (float.IsFinite(number)) json.WriteNumberValue((double)number);
            else json.WriteNullValue();
        }
        json.WriteEndArray();
    }

    // Rounded down, before 1970 too.
    private static long Seconds(long micros) => (micros / MicrosPerSecond) - (micros % MicrosPerSecond < 0 ? 1 : 0);
}

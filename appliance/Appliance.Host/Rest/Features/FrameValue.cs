using System.Text.Json;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Host.Rest.Features;

/// <summary>
/// Values that a data frame has in another form than an event: pandas makes floats of whole numbers where one is missing, and has moments as text of its own or as
/// numbers. Pure.
/// </summary>
internal static class FrameValue
{
    /// <summary>A whole number, written as one or with a fraction of nothing.</summary>
    public static bool TryWhole(JsonElement value, out long whole)
    {
        whole = 0;
        if (value.ValueKind != JsonValueKind.Number) return false;
        if (value.TryGetInt64(out whole)) return true;
        return value.TryGetDecimal(out var number) && TryWhole(number, out whole);
    }

    /// <summary>The number that a reader stands on, as a whole number of that type; false for other types, and where it is none.</summary>
    public static bool TryWhole(ref Utf8JsonReader reader, FeatureDataType type, out FeatureValue value)
    {
        value = FeatureValue.Null;
        if (type is not (FeatureDataType.Int64 or FeatureDataType.Int32)) return false;
        if (!reader.TryGetInt64(out var whole) && !(reader.TryGetDecimal(out var number) && TryWhole(number, out whole))) return false;
        if (type == FeatureDataType.Int64) value = FeatureValue.Of(whole);
        else if (whole is >= int.MinValue and <= int.MaxValue) value = FeatureValue.Of((int)whole);
        return !value.IsNull;
    }

    /// <summary>Writes the value as an event has one of that type; false where it is none, and then what was written is of no use.</summary>
    public static bool TryWrite(Utf8JsonWriter json, JsonElement value, FeatureDataType type)
    {
        switch (type)
        {
            case FeatureDataType.Int64 when TryWhole(value, out var whole):
                json.WriteNumberValue(whole);
                return true;
            case FeatureDataType.Int32 when TryWhole(value, out var whole) && whole is >= int.MinValue and <= int.MaxValue:
                json.WriteNumberValue(whole);
                return true;
            case FeatureDataType.UnixTimestamp when FrameTime.TryRead(value, out var micros):
                json.WriteStringValue(Rfc3339.ToText(micros));
                return true;
            case FeatureDataType.UnixTimestampList when value.ValueKind == JsonValueKind.Array:
                return TryWriteMoments(json, value);
            default:
                return false;
        }
    }

    /// <summary>Why a value is no moment, or a list no list of them; null where the type is another, or nothing is wrong.</summary>
    public static string? Refuse(JsonElement value, FeatureDataType type)
    {
        if (type == FeatureDataType.UnixTimestamp) return FrameTime.TryRead(value, out _) ? null : $"is {PushRequest.Words(value)}; it {FrameTime.Rule}";
        if (type != FeatureDataType.UnixTimestampList || value.ValueKind != JsonValueKind.Array) return null;
        var at = 0;
        foreach (var element in value.EnumerateArray())
        {
            if (Refuse(element, FeatureDataType.UnixTimestamp) is { } error) return $"[{at}] {error}";
            at++;
        }
        return null;
    }

    private static bool TryWriteMoments(Utf8JsonWriter json, JsonElement list)
    {
        json.WriteStartArray();
        foreach (var element in list.EnumerateArray())
        {
            if (!FrameTime.TryRead(element, out var micros)) return false;
            json.WriteStringValue(Rfc3339.ToText(micros));
        }
        json.WriteEndArray();
        return true;
    }

    private static bool TryWhole(decimal number, out long whole)
    {
        var isWhole = number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue;
        whole = isWhole ? (long)number : 0;
        return isWhole;
    }
}

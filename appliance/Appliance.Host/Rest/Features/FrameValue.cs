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
        if (!value.TryGetDecimal(out var number) || number != decimal.Truncate(number) || number is < long.MinValue or > long.MaxValue) return false;
        whole = (long)number;
        return true;
    }

    /// <summary>Writes the value as an event has one of that type; false where it is none.</summary>
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
            default:
                return false;
        }
    }
}

using System.Globalization;
using System.Text.Json;
using FeatureModel.Values;

namespace FeatureModel.Definitions;

/// <summary>Turns the JSON that a definition gives as a default into a value of the feature's type. Pure.</summary>
public static class DefaultValue
{
    /// <summary>The value; false, with the rule that the JSON breaks, where it does not fit the type.</summary>
    public static bool TryRead(FeatureDataType type, JsonElement json, out FeatureValue value, out string rule)
    {
        value = type.IsList() ? List(type, json) : Scalar(type, json);
        rule = value.IsNull ? RuleOf(type) : "";
        return !value.IsNull;
    }

    /// <summary>The default of a feature that was validated; null where it has none.</summary>
    public static FeatureValue Of(FeatureDefinition feature) =>
        feature.Default is { } json && FeatureDataTypes.TryParse(feature.Type, out var type) && TryRead(type, json, out var value, out _)
            ? value
            : FeatureValue.Null;

    private static FeatureValue Scalar(FeatureDataType type, JsonElement json) => (type, json.ValueKind) switch
    {
        (FeatureDataType.Int32, JsonValueKind.Number) when json.TryGetInt32(out var number) => FeatureValue.Of(number),
        (FeatureDataType.Int64, JsonValueKind.Number) when json.TryGetInt64(out var number) => FeatureValue.Of(number),
        (FeatureDataType.Double, JsonValueKind.Number) when json.TryGetDouble(out var number) && double.IsFinite(number) => FeatureValue.Of(number),
        (FeatureDataType.Float, JsonValueKind.Number) when json.TryGetSingle(out var number) && float.IsFinite(number) => FeatureValue.Of(number),
        (FeatureDataType.Bool, JsonValueKind.True or JsonValueKind.False) => FeatureValue.Of(json.GetBoolean()),
        (FeatureDataType.String, JsonValueKind.String) => FeatureValue.Of(json.GetString()!),
        (FeatureDataType.Bytes, JsonValueKind.String) when json.TryGetBytesFromBase64(out var bytes) => FeatureValue.Of(bytes),
        (FeatureDataType.UnixTimestamp, JsonValueKind.String) when TryMoment(json.GetString()!, out var micros) => FeatureValue.OfTimestamp(micros),
        (FeatureDataType.Json, JsonValueKind.Object or JsonValueKind.Array) => FeatureValue.OfJson(json.GetRawText()),
        _ => FeatureValue.Null,
    };

    private static FeatureValue List(FeatureDataType type, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array) return FeatureValue.Null;
        var values = new FeatureValue[json.GetArrayLength()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Scalar(type.Element(), json[i]);
            if (values[i].IsNull) return FeatureValue.Null;
        }
        Array elements = type.Element() switch
        {
            FeatureDataType.Int32 => Array.ConvertAll(values, v => (int)v.AsInt64),
            FeatureDataType.Int64 or FeatureDataType.UnixTimestamp => Array.ConvertAll(values, v => v.AsInt64),
            FeatureDataType.Double => Array.ConvertAll(values, v => v.AsDouble),
            FeatureDataType.Float => Array.ConvertAll(values, v => v.AsFloat),
            FeatureDataType.Bool => Array.ConvertAll(values, v => v.AsBool),
            FeatureDataType.Bytes => Array.ConvertAll(values, v => v.AsBytes),
            _ => Array.ConvertAll(values, v => v.AsString),
        };
        return FeatureValue.OfList(type, elements);
    }

    private static bool TryMoment(string text, out long micros)
    {
        micros = 0;
        // Without an offset the moment would depend on the machine's zone.
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (!hasOffset || !text.Contains('T', StringComparison.Ordinal)) return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)) return false;
        micros = (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return true;
    }

    private static string RuleOf(FeatureDataType type) => type.IsList()
        ? $"it must be an array, each element of which is {Words(type.Element())}"
        : $"it must be {Words(type)}";

    private static string Words(FeatureDataType type) => type switch
    {
        FeatureDataType.Int32 => "a whole number of 32 bits",
        FeatureDataType.Int64 => "a whole number of 64 bits",
        FeatureDataType.Double => "a finite number",
        FeatureDataType.Float => "a finite number within a float's range",
        FeatureDataType.Bool => "true or false",
        FeatureDataType.Bytes => "a string in Base64",
        FeatureDataType.UnixTimestamp => "a moment with its offset, such as '2025-01-31T08:00:00Z'",
        FeatureDataType.Json => "an object or an array",
        _ => "a string",
    };
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Appliance.Inference.Repository.TextFormat;

/// <summary>
/// Which JSON values stand for a field's type: protobuf's own reader judges the same, but its errors name neither the field nor the value.
/// Strings with escapes are left to it.
/// </summary>
internal static class JsonValues
{
    private const string AnyInt32 = "a whole number from -2147483648 to 2147483647";

    /// <summary>Why the value that the reader stands on is not one of the field's (or one element of a repeated field's); null where it is.</summary>
    public static string? ProblemOf(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped) return null;
        var (fits, wanted) = field.FieldType switch
        {
            FieldType.Message or FieldType.Group => (reader.TokenType == JsonTokenType.StartObject, "an object"),
            FieldType.Bool => (reader.TokenType is JsonTokenType.True or JsonTokenType.False, "true or false"),
            FieldType.String => (reader.TokenType == JsonTokenType.String, "a string"),
            FieldType.Bytes => (reader.TokenType == JsonTokenType.String, "a string in base64"),
            FieldType.Enum => (IsMember(ref reader, field.EnumType), $"one of {string.Join(", ", field.EnumType.Values.Select(v => v.Name))}"),
            FieldType.Float or FieldType.Double => (IsReal(ref reader), "a number"),
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (IsWhole(ref reader, int.MinValue, int.MaxValue), AnyInt32),
            FieldType.UInt32 or FieldType.Fixed32 => (IsWhole(ref reader, 0, uint.MaxValue), $"a whole number from 0 to {uint.MaxValue}"),
            FieldType.UInt64 or FieldType.Fixed64 => (IsWhole(ref reader, 0, ulong.MaxValue), $"a whole number from 0 to {ulong.MaxValue}"),
            _ => (IsWhole(ref reader, long.MinValue, long.MaxValue), $"a whole number from {long.MinValue} to {long.MaxValue}"),
        };
        return fits ? null : Expected(ref reader, wanted);
    }

    /// <summary>Says that something else is expected than the value that the reader stands on.</summary>
    public static string Expected(ref Utf8JsonReader reader, string wanted) => $"{Describe(ref reader)} stands where {wanted} is expected";

    private static bool IsMember(ref Utf8JsonReader reader, EnumDescriptor type) =>
        reader.TokenType == JsonTokenType.String ? type.FindValueByName(Text(ref reader)) is not null : IsWhole(ref reader, int.MinValue, int.MaxValue);

    private static bool IsReal(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number
        || (reader.TokenType == JsonTokenType.String && double.TryParse(Text(ref reader), NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static bool IsWhole(ref Utf8JsonReader reader, decimal least, decimal most)
    {
        // Numbers may be written 1.0 or 1e2; strings hold digits alone.
        var styles = reader.TokenType switch
        {
            JsonTokenType.Number => NumberStyles.Float,
            JsonTokenType.String => NumberStyles.AllowLeadingSign,
            _ => NumberStyles.None,
        };
        return styles != NumberStyles.None
            && decimal.TryParse(Text(ref reader), styles, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && number >= least && number <= most;
    }

    private static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => DisplayValue.Quote(Text(ref reader)),
        _ => Text(ref reader),
    };

    private static string Text(ref Utf8JsonReader reader) => Encoding.UTF8.GetString(reader.ValueSpan);
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Appliance.Features.Ingest;
using Appliance.Host.Rest.Features;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Host.Cli.Files;

/// <summary>
/// Writes the text of a cell as the JSON value of its column's type: numbers and truth values as such, text as text, moments in RFC 3339, bytes as
/// the base64 that they are written in, lists and JSON as they stand. NaN, which Python writes for a number that it has not, is null. Pure.
/// </summary>
internal static class CellWriter
{
    /// <summary>What text holds where its bytes were no UTF-8.</summary>
    private const char Replacement = '\uFFFD';

    /// <summary>Writes the value; null, or the rule that the cell breaks, and then what was written is of no use.</summary>
    /// <param name="dimension">Elements that a list must have; 0 for any number.</param>
    public static string? Write(Utf8JsonWriter json, ReadOnlySpan<char> cell, FeatureDataType type, int dimension = 0)
    {
        switch (type)
        {
            case FeatureDataType.Int32 or FeatureDataType.Int64 or FeatureDataType.Double or FeatureDataType.Float when cell is "NaN" or "nan":
                json.WriteNullValue();
                return null;
            case FeatureDataType.Int32 when int.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small):
                json.WriteNumberValue(small);
                return null;
            case FeatureDataType.Int64 when TryReadWhole(cell, out var whole):
                json.WriteNumberValue(whole);
                return null;
            case FeatureDataType.Double when TryReadNumber(cell, out var number):
                json.WriteNumberValue(number);
                return null;
            case FeatureDataType.Float when TryReadNumber(cell, out var number) && float.IsFinite((float)number):
                json.WriteNumberValue((float)number);
                return null;
            case FeatureDataType.Bool when bool.TryParse(cell, out var truth):
                json.WriteBooleanValue(truth);
                return null;
            case FeatureDataType.UnixTimestamp when FrameTime.TryRead(cell, out var micros):
                WriteMoment(json, micros);
                return null;
            case FeatureDataType.Bytes when Base64.IsValid(cell):
                json.WriteStringValue(cell);
                return null;
            case FeatureDataType.String:
                json.WriteStringValue(cell);
                return CheckText(cell);
            case FeatureDataType.Json:
                return WriteRaw(json, cell, type, dimension);
            default:
                return type.IsList() ? WriteRaw(json, cell, type, dimension) : RuleOf(type);
        }
    }

    /// <summary>Null, or the rule that a list of so many elements breaks.</summary>
    /// <param name="dimension">0 for any number of elements.</param>
    public static string? CheckLength(FeatureValue value, int dimension) => dimension == 0 || value.IsNull || value.AsList.Length == dimension
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"it must have {dimension} elements, the feature's dimension; it has {value.AsList.Length}");

    /// <summary>A whole number of 64 bits.</summary>
    public static bool TryReadWhole(ReadOnlySpan<char> cell, out long number) =>
        long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    /// <summary>Null, or why the cell's text cannot be sent.</summary>
    public static string? CheckText(ReadOnlySpan<char> cell) =>
        cell.Contains(Replacement) ? "it must be UTF-8; it holds the character U+FFFD, which stands for bytes that are not" : null;

    /// <summary>What a value of the type must be.</summary>
    public static string RuleOf(FeatureDataType type) => type switch
    {
        FeatureDataType.Float or FeatureDataType.Double => $"it must be {type.Name()}, a finite number",
        FeatureDataType.Bool => "it must be true or false",
        FeatureDataType.UnixTimestamp => $"it {FrameTime.Rule}",
        FeatureDataType.Bytes => "it must be bytes, text in base64",
        FeatureDataType.Json => $"it must be {JsonValueReader.JsonRule}",
        FeatureDataType.UnixTimestampList => $"it must be a list of times, each of which {FrameTime.Rule}",
        _ => $"it must be {type.Name()}",
    };

    private static bool TryReadNumber(ReadOnlySpan<char> cell, out double number) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static void WriteMoment(Utf8JsonWriter json, long micros)
    {
        Span<byte> text = stackalloc byte[Rfc3339.MaxLength];
        json.WriteStringValue(text[..Rfc3339.Write(text, micros)]);
    }

    private static string? WriteRaw(Utf8JsonWriter json, ReadOnlySpan<char> cell, FeatureDataType type, int dimension)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(cell)];
        Encoding.UTF8.GetBytes(cell, bytes);
        if (CheckJson(bytes, type, dimension) is { } rule) return type == FeatureDataType.UnixTimestampList && TryWriteMoments(json, bytes) ? null : rule;
        json.WriteRawValue(bytes, skipInputValidation: true);
        return CheckText(cell);
    }

    // In the forms that a single moment may have, too.
    private static bool TryWriteMoments(Utf8JsonWriter json, byte[] bytes)
    {
        try
        {
            using var list = JsonDocument.Parse(bytes);
            return FrameValue.TryWrite(json, list.RootElement, FeatureDataType.UnixTimestampList);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? CheckJson(ReadOnlySpan<byte> bytes, FeatureDataType type, int dimension)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes);
            reader.Read();
            if (JsonValueReader.Read(ref reader, type, out var value) is not null) return $"it must be JSON of the type {type.Name()}";
            // Throws where anything follows.
            reader.Read();
            return CheckLength(value, dimension);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return $"it must be JSON of the type {type.Name()}: {e.Message}";
        }
    }
}

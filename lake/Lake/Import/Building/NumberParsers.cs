using System.Globalization;
using System.Text.Json;

namespace Lake.Import.Building;

internal readonly struct IntParser : IValueParser<int>
{
    public string Rule => "a whole number of 32 bits";

    public bool TryText(ReadOnlySpan<char> text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public bool TryJson(JsonElement json, out int value)
    {
        value = 0;
        return json.ValueKind == JsonValueKind.Number ? json.TryGetInt32(out value) : json.ValueKind == JsonValueKind.String && TryText(json.GetString(), out value);
    }
}

internal readonly struct LongParser : IValueParser<long>
{
    public string Rule => "a whole number of 64 bits";

    public bool TryText(ReadOnlySpan<char> text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public bool TryJson(JsonElement json, out long value)
    {
        value = 0;
        return json.ValueKind == JsonValueKind.Number ? json.TryGetInt64(out value) : json.ValueKind == JsonValueKind.String && TryText(json.GetString(), out value);
    }
}

internal readonly struct FloatParser : IValueParser<float>
{
    public string Rule => "a number from -3.4e38 to 3.4e38";

    public bool TryText(ReadOnlySpan<char> text, out float value) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !IsBeyond(value, text);

    public bool TryJson(JsonElement json, out float value)
    {
        value = 0;
        return json.ValueKind == JsonValueKind.Number ? json.TryGetSingle(out value) && float.IsFinite(value) : json.ValueKind == JsonValueKind.String && TryText(json.GetString(), out value);
    }

    // Infinity is one where it is written as a word.
    private static bool IsBeyond(float value, ReadOnlySpan<char> text) => float.IsInfinity(value) && text.ContainsAnyInRange('0', '9');
}

internal readonly struct DoubleParser : IValueParser<double>
{
    public string Rule => "a number from -1.79e308 to 1.79e308";

    public bool TryText(ReadOnlySpan<char> text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !IsBeyond(value, text);

    public bool TryJson(JsonElement json, out double value)
    {
        value = 0;
        return json.ValueKind == JsonValueKind.Number ? json.TryGetDouble(out value) && double.IsFinite(value) : json.ValueKind == JsonValueKind.String && TryText(json.GetString(), out value);
    }

    // Infinity is one where it is written as a word.
    private static bool IsBeyond(double value, ReadOnlySpan<char> text) => double.IsInfinity(value) && text.ContainsAnyInRange('0', '9');
}

/// <summary>A decimal's digits without its point, which is all that Arrow stores: 16 bytes, as .NET's Int128 has them.</summary>
internal readonly struct DecimalParser(int precision, int scale) : IValueParser<Int128>
{
    // A number that is as large has no room for one more digit.
    private readonly Int128 _full = Power(precision - 1);

    public string Rule => string.Create(CultureInfo.InvariantCulture, $"a number of at most {precision - scale} digits before and {scale} behind the point");

    public bool TryText(ReadOnlySpan<char> text, out Int128 value)
    {
        value = 0;
        var isNegative = text.Length > 0 && text[0] == '-';
        var digits = text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text;
        var (behind, count) = (-1, 0);
        foreach (var c in digits)
        {
            if (c == '.' && behind < 0)
            {
                behind = 0;
                continue;
            }
            if (!char.IsAsciiDigit(c)) return false;
            count++;
            // Zeros behind the last digit that is kept are no digits.
            if (behind >= scale)
            {
                if (c != '0') return false;
                continue;
            }
            if (value >= _full) return false;
            value = (value * 10) + (c - '0');
            if (behind >= 0) behind++;
        }
        for (behind = Math.Max(behind, 0); behind < scale; behind++)
        {
            if (value >= _full) return false;
            value *= 10;
        }
        if (isNegative) value = -value;
        return count > 0;
    }

    public bool TryJson(JsonElement json, out Int128 value)
    {
        value = 0;
        return json.ValueKind switch
        {
            JsonValueKind.Number => TryText(json.GetRawText(), out value),
            JsonValueKind.String => TryText(json.GetString(), out value),
            _ => false,
        };
    }

    private static Int128 Power(int digits)
    {
        var power = Int128.One;
        for (var i = 0; i < digits; i++) power *= 10;
        return power;
    }
}

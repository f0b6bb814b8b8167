using System.Text.Json;

namespace Lake.Import.Building;

/// <summary>Days since 1970.</summary>
internal readonly struct DateParser : IValueParser<int>
{
    public string Rule => "a day like 2024-01-31";

    public bool TryText(ReadOnlySpan<char> text, out int value) => TimeTexts.TryDate(text, out value);

    public bool TryJson(JsonElement json, out int value)
    {
        value = 0;
        return json.ValueKind == JsonValueKind.String && TryText(json.GetString(), out value);
    }
}

/// <summary>Microseconds since midnight.</summary>
internal readonly struct TimeOfDayParser : IValueParser<long>
{
    public string Rule => "a time like 13:05:09.123456";

    public bool TryText(ReadOnlySpan<char> text, out long value) => TimeTexts.TryTime(text, out value, out var rest) && rest.IsEmpty;

    public bool TryJson(JsonElement json, out long value)
    {
        value = 0;
        return json.ValueKind == JsonValueKind.String && TryText(json.GetString(), out value);
    }
}

/// <summary>Microseconds since 1970, of a day and a time with or without a zone.</summary>
internal readonly struct TimestampParser(bool withZone) : IValueParser<long>
{
    public string Rule => withZone ? "a time with its zone, like 2024-01-31T13:05:09Z" : "a time without a zone, like 2024-01-31T13:05:09";

    public bool TryText(ReadOnlySpan<char> text, out long value) => TimeTexts.TryTimestamp(text, out value, out var hasZone) && hasZone == withZone;

    public bool TryJson(JsonElement json, out long value)
    {
        value = 0;
        return json.ValueKind == JsonValueKind.String && TryText(json.GetString(), out value);
    }
}

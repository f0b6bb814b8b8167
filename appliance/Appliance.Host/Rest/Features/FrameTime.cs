using System.Globalization;
using System.Text;
using System.Text.Json;
using FeatureModel.Events;

namespace Appliance.Host.Rest.Features;

/// <summary>Reads moments as data frames have them: RFC 3339, pandas' text, text without an offset (UTC), a date alone, numbers since 1970. Pure.</summary>
internal static class FrameTime
{
    /// <summary>What is taken, for messages.</summary>
    public const string Rule = "must be a time like 2022-05-13 10:59:42+00:00, or a number since 1970 in seconds, milliseconds, microseconds or nanoseconds";

    private const int DateLength = 10;

    // The last moment that a calendar can name.
    private const double MaxMicros = 253_402_300_799_999_999;

    /// <summary>The moment in microseconds since 1970 UTC.</summary>
    public static bool TryRead(JsonElement value, out long micros)
    {
        micros = 0;
        return value.ValueKind switch
        {
            JsonValueKind.String => TryRead(value.GetString()!, out micros),
            JsonValueKind.Number => value.TryGetDouble(out var number) && TryRead(number, out micros),
            _ => false,
        };
    }

    /// <summary>The moment of a text, or of a number that stands in a text.</summary>
    public static bool TryRead(ReadOnlySpan<char> cell, out long micros) =>
        TryRead(cell.ToString(), out micros)
        || (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && TryRead(number, out micros));

    private static bool TryRead(string text, out long micros)
    {
        var whole = text.Length == DateLength ? $"{text}T00:00:00Z" : text;
        return Rfc3339.TryParse(Encoding.UTF8.GetBytes(whole), out micros) || Rfc3339.TryParse(Encoding.UTF8.GetBytes($"{whole}Z"), out micros);
    }

    /// <summary>The moment of a number, whose unit follows from its size: as seconds, 1e11 would be the year 5138, and as milliseconds it is 1973.</summary>
    public static bool TryRead(double number, out long micros)
    {
        var scaled = Math.Abs(number) switch
        {
            < 1e11 => number * 1e6,
            < 1e14 => number * 1e3,
            < 1e17 => number,
            _ => number / 1e3,
        };
        micros = Math.Abs(scaled) <= MaxMicros ? (long)Math.Round(scaled) : 0;
        return Math.Abs(scaled) <= MaxMicros;
    }
}

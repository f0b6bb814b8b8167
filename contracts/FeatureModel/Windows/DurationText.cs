using System.Globalization;

namespace FeatureModel.Windows;

/// <summary>Lengths of time as definitions write them: a whole number and one of <c>s</c>, <c>m</c>, <c>h</c>, <c>d</c>.</summary>
public static class DurationText
{
    /// <summary>What a text must look like, for messages.</summary>
    public const string Rule = "a whole number above 0 and one of s, m, h, d, for example 30d";

    public const long MicrosPerSecond = 1_000_000;

    // Nearly 3,000 years, so that a moment minus any length stays far from the ends of an int64 of microseconds.
    private const long MostDays = 1_000_000;

    private static readonly (char Unit, long Seconds)[] Units = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

    public static bool TryParse(string? text, out long micros)
    {
        micros = 0;
        if (text is not { Length: >= 2 }) return false;
        var at = Array.FindIndex(Units, u => u.Unit == text[^1]);
        if (at < 0) return false;
        if (!long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        if (number < 1 || number > MostDays * 86_400 / Units[at].Seconds) return false;
        micros = number * Units[at].Seconds * MicrosPerSecond;
        return true;
    }

    /// <summary>A whole number of seconds in the largest unit that holds it without a rest.</summary>
    public static string Format(long micros)
    {
        var seconds = micros / MicrosPerSecond;
        var (unit, length) = Array.Find(Units, u => seconds % u.Seconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / length}{unit}");
    }
}

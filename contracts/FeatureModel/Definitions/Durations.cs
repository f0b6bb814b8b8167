using System.Globalization;

namespace FeatureModel.Definitions;

/// <summary>
/// Lengths of time as definitions write them: one whole number and one unit, such as <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>30d</c>. Pure.
/// </summary>
public static class Durations
{
    /// <summary>The rule that a refused text breaks, for messages.</summary>
    public const string Rule = "it must be a whole number and a unit out of s, m, h and d, such as 30s, 5m, 1h or 30d, and at most 36500d";

    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;
    public const long Hour = 60 * Minute;
    public const long Day = 24 * Hour;

    /// <summary>A hundred years: above any life of a feature, and far from where sums of microseconds overflow.</summary>
    private const long Longest = 36_500 * Day;

    // From the largest, so that a length is written with the largest unit that divides it.
    private static readonly (char Unit, long Micros)[] Units = [('d', Day), ('h', Hour), ('m', Minute), ('s', Second)];

    /// <summary>Microseconds of the text; false where it is no length of time.</summary>
    public static bool TryParse(string? text, out long micros)
    {
        micros = 0;
        if (string.IsNullOrEmpty(text)) return false;
        var unit = Array.Find(Units, u => u.Unit == text[^1]);
        if (unit.Micros == 0) return false;
        if (!long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        if (count > Longest / unit.Micros) return false;
        micros = count * unit.Micros;
        return true;
    }

    /// <summary>The shortest text of a length: <c>60s</c> and <c>1m</c> both give <c>1m</c>.</summary>
    /// <param name="micros">0 or more, whole seconds.</param>
    public static string Format(long micros)
    {
        if (micros < 0 || micros % Second != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(micros), micros, "A length of time is written in whole seconds, 0 or more.");
        }
        if (micros == 0) return "0s";
        var unit = Array.Find(Units, u => micros % u.Micros == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{micros / unit.Micros}{unit.Unit}");
    }
}

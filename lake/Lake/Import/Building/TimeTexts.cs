// Hot path: every date and time that is imported from text passes here.
namespace Lake.Import.Building;

/// <summary>Reads days and times of ISO 8601 as data files have them: a blank for the T, a day alone, fractions of up to nine digits (the last three are dropped), zones. Pure.</summary>
internal static class TimeTexts
{
    private const long MicrosPerMinute = 60_000_000;
    private const long MicrosPerDay = 24 * 60 * MicrosPerMinute;

    private static readonly int UnixDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>A day as days since 1970.</summary>
    public static bool TryDate(ReadOnlySpan<char> text, out int days)
    {
        days = 0;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-') return false;
        if (!TryNumber(text[..4], out var year) || !TryNumber(text[5..7], out var month) || !TryNumber(text[8..], out var day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        days = new DateOnly(year, month, day).DayNumber - UnixDay;
        return true;
    }

    /// <summary>A time of day as microseconds since midnight, and what stands behind it.</summary>
    public static bool TryTime(ReadOnlySpan<char> text, out long micros, out ReadOnlySpan<char> rest)
    {
        micros = 0;
        rest = default;
        if (text.Length < 5 || text[2] != ':' || !TryNumber(text[..2], out var hour) || !TryNumber(text[3..5], out var minute)) return false;
        var second = 0;
        rest = text[5..];
        if (rest.Length >= 3 && rest[0] == ':')
        {
            if (!TryNumber(rest[1..3], out second)) return false;
            rest = rest[3..];
            if (rest.Length > 0 && rest[0] is '.' or ',' && !TryFraction(ref rest, ref micros)) return false;
        }
        if (hour > 23 || minute > 59 || second > 59) return false;
        micros += (((hour * 60L) + minute) * MicrosPerMinute) + (second * 1_000_000L);
        return true;
    }

    /// <summary>Microseconds since 1970 (of UTC where the text has a zone).</summary>
    public static bool TryTimestamp(ReadOnlySpan<char> text, out long micros, out bool hasZone)
    {
        (micros, hasZone) = (0, false);
        if (text.Length < 10 || !TryDate(text[..10], out var days)) return false;
        micros = days * MicrosPerDay;
        if (text.Length == 10) return true;
        if (text[10] is not ('T' or 't' or ' ') || !TryTime(text[11..], out var time, out var zone)) return false;
        micros += time;
        if (zone.IsEmpty) return true;
        hasZone = true;
        if (zone[0] == ' ') zone = zone[1..];
        if (zone is "Z" or "z" or "UTC") return true;
        if (!TryOffset(zone, out var minutes)) return false;
        micros -= minutes * MicrosPerMinute;
        return true;
    }

    // +08, +0800 and +08:00.
    private static bool TryOffset(ReadOnlySpan<char> zone, out int minutes)
    {
        minutes = 0;
        if (zone.Length is not (3 or 5 or 6) || zone[0] is not ('+' or '-') || !TryNumber(zone[1..3], out var hours)) return false;
        if (zone.Length > 3 && ((zone.Length == 6 && zone[3] != ':') || !TryNumber(zone[^2..], out minutes))) return false;
        if (hours > 18 || minutes > 59) return false;
        minutes += hours * 60;
        if (zone[0] == '-') minutes = -minutes;
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<char> rest, ref long micros)
    {
        var digits = 0;
        while (digits + 1 < rest.Length && char.IsAsciiDigit(rest[digits + 1])) digits++;
        if (digits is 0 or > 9) return false;
        for (var i = 1; i <= 6; i++) micros = (micros * 10) + (i <= digits ? rest[i] - '0' : 0);
        rest = rest[(digits + 1)..];
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c)) return false;
            number = (number * 10) + (c - '0');
        }
        return true;
    }
}

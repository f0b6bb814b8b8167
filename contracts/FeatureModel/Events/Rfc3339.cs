// Hot path: every event's time passes here.
using System.Globalization;
using System.Text;

namespace FeatureModel.Events;

/// <summary>Moments as RFC 3339 writes them, to and from microseconds since 1970 UTC. Digits past the sixth of a second are dropped.</summary>
public static class Rfc3339
{
    /// <summary>What the text must look like, for messages.</summary>
    public const string Rule = "must be an RFC 3339 time with Z or an offset, like 2025-01-01T00:50:02Z";

    /// <summary>Bytes of a time that is written, at most.</summary>
    public const int MaxLength = 27;

    private const int SecondsLength = 19;

    /// <summary>False unless the text is a moment of the years 1 to 9999. Leap seconds are not taken: no clock here has them.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length < SecondsLength + 1 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')) return false;
        if (text[13] != ':' || text[16] != ':') return false;
        if (!TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)) return false;
        if (!TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute) || !TryDigits(text[17..19], out var second)) return false;
        if (year is < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        var rest = text[SecondsLength..];
        if (!TryFraction(ref rest, out var fraction) || !TryOffset(rest, out var offsetMinutes)) return false;
        var moment = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        microseconds = ((moment.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond) + fraction - (offsetMinutes * 60_000_000L);
        return true;
    }

    /// <summary>Writes the moment in UTC; the fraction only where there is one. Returns the bytes written.</summary>
    public static int Write(Span<byte> destination, long microseconds)
    {
        var moment = FromMicroseconds(microseconds);
        var format = microseconds % 1_000_000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
        moment.TryFormat(destination, out var written, format, CultureInfo.InvariantCulture);
        return written;
    }

    /// <summary>The moment in words, for messages.</summary>
    public static string ToText(long microseconds)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return Encoding.UTF8.GetString(text[..Write(text, microseconds)]);
    }

    /// <summary>Moments past what a calendar can name become its first or last one.</summary>
    private static DateTime FromMicroseconds(long microseconds)
    {
        var min = (DateTime.MinValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var max = (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return new DateTime(DateTime.UnixEpoch.Ticks + (Math.Clamp(microseconds, min, max) * TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, out int microseconds)
    {
        microseconds = 0;
        if (rest[0] != '.') return true;
        var digits = 1;
        while (digits < rest.Length && char.IsAsciiDigit((char)rest[digits])) digits++;
        if (digits == 1 || digits == rest.Length) return false;
        for (var i = 1; i <= 6; i++) microseconds = (microseconds * 10) + (i < digits ? rest[i] - '0' : 0);
        rest = rest[digits..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> rest, out int minutes)
    {
        minutes = 0;
        if (rest.Length == 1) return rest[0] is (byte)'Z' or (byte)'z';
        if (rest.Length != 6 || rest[0] is not ((byte)'+' or (byte)'-') || rest[3] != ':') return false;
        if (!TryDigits(rest[1..3], out var hour) || !TryDigits(rest[4..6], out var minute) || hour > 23 || minute > 59) return false;
        minutes = ((hour * 60) + minute) * (rest[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            value = (value * 10) + digit - '0';
        }
        return true;
    }
}

using System.Globalization;
using System.Numerics;
using Lake.Types;

namespace Lake.Values;

/// <summary>
/// Values as texts of the specification's JSON form: <c>2017-11-16</c>, <c>14.20</c>, hexadecimal bytes. Years before 0 and after 9999 have a sign, as ISO 8601 writes them: <c>-0044-03-15</c>, where 0 is the
/// year before 1. Thread-safe.
/// </summary>
public static class ValueText
{
    private const long MicrosPerDay = 86_400_000_000;
    private const long NanosPerMicro = 1000;

    public static string Write(PrimitiveType type, object value) => type.Kind switch
    {
        TypeKind.Boolean => (bool)value ? "true" : "false",
        TypeKind.Date => Date((int)value),
        TypeKind.Time => Time((long)value),
        TypeKind.Timestamp => Timestamp((long)value, 0, 0, ""),
        TypeKind.TimestampTz => Timestamp((long)value, 0, 0, "+00:00"),
        TypeKind.TimestampNs => Timestamp(FloorDiv((long)value, NanosPerMicro), (long)value - (FloorDiv((long)value, NanosPerMicro) * NanosPerMicro), 3, ""),
        TypeKind.TimestampTzNs => Timestamp(FloorDiv((long)value, NanosPerMicro), (long)value - (FloorDiv((long)value, NanosPerMicro) * NanosPerMicro), 3, "+00:00"),
        TypeKind.Decimal => Decimal((BigInteger)value, type.Scale),
        TypeKind.Float => ((float)value).ToString("R", CultureInfo.InvariantCulture),
        TypeKind.Double => ((double)value).ToString("R", CultureInfo.InvariantCulture),
        TypeKind.Uuid => ((Guid)value).ToString("D"),
        TypeKind.Fixed or TypeKind.Binary => Convert.ToHexStringLower((byte[])value),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>Reads a text back. Times may have up to the type's fraction digits, timestamps with zone any offset or Z.</summary>
    public static bool TryParse(PrimitiveType type, string text, out object value)
    {
        var culture = CultureInfo.InvariantCulture;
        object? parsed = type.Kind switch
        {
            TypeKind.Boolean => text switch { "true" => true, "false" => false, _ => null },
            TypeKind.Int => int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var i) ? i : null,
            TypeKind.Long => long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var l) ? l : null,
            TypeKind.Float => float.TryParse(text, NumberStyles.Float, culture, out var f) ? f : null,
            TypeKind.Double => double.TryParse(text, NumberStyles.Float, culture, out var d) ? d : null,
            TypeKind.Decimal => ParseDecimal(text, type),
            TypeKind.Date => ParseDays(text) is { } days and >= int.MinValue and <= int.MaxValue ? (int)days : null,
            TypeKind.Time => TimeOnly.TryParse(text, culture, out var time) ? time.Ticks / 10 : null,
            TypeKind.Timestamp or TypeKind.TimestampTz => ParseTimestamp(text, type.Kind == TypeKind.TimestampTz),
            TypeKind.TimestampNs or TypeKind.TimestampTzNs => ParseTimestamp(text, type.Kind == TypeKind.TimestampTzNs) is { } micros ? micros * NanosPerMicro : null,
            TypeKind.String => text,
            TypeKind.Uuid => Guid.TryParse(text, out var uuid) ? uuid : null,
            TypeKind.Fixed => ParseHex(text) is { } bytes && bytes.Length == type.Length ? bytes : null,
            TypeKind.Binary => ParseHex(text),
            _ => null,
        };
        value = parsed!;
        return parsed is not null;
    }

    internal static long FloorDiv(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);

    private static string Date(long days)
    {
        var (year, month, day) = CivilCalendar.At(days);
        var years = year.ToString(year is >= 0 and <= 9999 ? "0000" : "+0000;-0000", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{years}-{month:00}-{day:00}");
    }

    private static string Time(long micros)
    {
        var seconds = micros / 1_000_000;
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}.{micros % 1_000_000:000000}");
    }

    private static string Timestamp(long micros, long nanos, int nanoDigits, string zone)
    {
        var days = FloorDiv(micros, MicrosPerDay);
        var rest = nanoDigits == 0 ? "" : nanos.ToString("000", CultureInfo.InvariantCulture);
        return $"{Date(days)}T{Time(micros - (days * MicrosPerDay))}{rest}{zone}";
    }

    private static string Decimal(BigInteger unscaled, int scale)
    {
        if (scale == 0) return unscaled.ToString(CultureInfo.InvariantCulture);
        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return $"{(unscaled.Sign < 0 ? "-" : "")}{digits[..^scale]}.{digits[^scale..]}";
    }

    private static object? ParseDecimal(string text, PrimitiveType type)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? "" : text[(point + 1)..];
        if (fraction.Length > type.Scale || fraction.Any(c => !char.IsAsciiDigit(c))) return null;
        var whole = (point < 0 ? text : text[..point]) + fraction.PadRight(type.Scale, '0');
        return BigInteger.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unscaled)
            && BigInteger.Abs(unscaled) < BigInteger.Pow(10, type.Precision) ? unscaled : null;
    }

    // Days since 1970: of a year of four digits, or of one with a sign and as many or more.
    private static long? ParseDays(string text)
    {
        if (text.Length < 10 || text[^6] != '-' || text[^3] != '-') return null;
        var hasSign = text[0] is '+' or '-';
        if (hasSign ? text.Length < 11 : text.Length != 10) return null;
        var culture = CultureInfo.InvariantCulture;
        if (!int.TryParse(text.AsSpan(0, text.Length - 6), hasSign ? NumberStyles.AllowLeadingSign : NumberStyles.None, culture, out var year)) return null;
        if (!int.TryParse(text.AsSpan(text.Length - 5, 2), NumberStyles.None, culture, out var month) || month is < 1 or > 12) return null;
        if (!int.TryParse(text.AsSpan(text.Length - 2), NumberStyles.None, culture, out var day) || day < 1) return null;
        var months = ((year - 1970L) * 12) + month - 1;
        var first = CivilCalendar.FirstDay(months);
        return day <= CivilCalendar.FirstDay(months + 1) - first ? first + day - 1 : null;
    }

    // The day, and then the time as of another day: .NET's calendar has the years 1 to 9999 alone.
    private static long? ParseFarTimestamp(string text, bool withZone)
    {
        var at = text.IndexOf('T', StringComparison.Ordinal);
        if (at < 0 || ParseDays(text[..at]) is not { } days || ParseTimestamp($"1970-01-01{text[at..]}", withZone) is not { } micros) return null;
        var moment = ((Int128)days * MicrosPerDay) + micros;
        return moment >= long.MinValue && moment <= long.MaxValue ? (long)moment : null;
    }

    private static long? ParseTimestamp(string text, bool withZone)
    {
        if (text.StartsWith('+') || text.StartsWith('-') || text.StartsWith("0000-", StringComparison.Ordinal)) return ParseFarTimestamp(text, withZone);
        var styles = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out var moment)) return null;
        var hasZone = text.Length > 10 && (text.EndsWith('Z') || text.AsSpan(10).IndexOfAny('+', '-') >= 0);
        return hasZone == withZone ? (moment.UtcTicks - DateTime.UnixEpoch.Ticks) / 10 : null;
    }

    private static byte[]? ParseHex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

using System.Globalization;
using System.Numerics;
using Lake.Types;

namespace Lake.Values;

/// <summary>Values as texts of the specification's JSON form: <c>2017-11-16</c>, <c>14.20</c>, hexadecimal bytes. Thread-safe.</summary>
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
            TypeKind.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", culture, DateTimeStyles.None, out var date) ? date.DayNumber - UnixDay : null,
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

    private static int UnixDay => DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private static string Date(int days)
    {
        var number = (long)days + UnixDay;
        // Outside of the years 1 to 9999 there is no calendar of .NET; such a day is told as its number.
        return number is >= 0 and <= 3652058
            ? DateOnly.FromDayNumber((int)number).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{days}d");
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
        return $"{Date((int)days)}T{Time(micros - (days * MicrosPerDay))}{rest}{zone}";
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

    private static long? ParseTimestamp(string text, bool withZone)
    {
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

using System.Numerics;
using System.Text;
using Lake.Metadata;
using Lake.Types;
using Lake.Values;

namespace Lake.Partitioning;

/// <summary>What a <see cref="Transform"/> computes: from a column's value to a partition's, as boxed values of <see cref="SingleValue"/>; null becomes null. Thread-safe.</summary>
public static class TransformFunction
{
    private const long MicrosPerHour = 3_600_000_000;
    private const long MicrosPerDay = 24 * MicrosPerHour;

    /// <param name="transform">Which.</param>
    /// <param name="source">The column's type; one that the transform <see cref="Transform.Takes"/>.</param>
    /// <param name="value">A value of it, or null.</param>
    public static object? Apply(Transform transform, PrimitiveType source, object? value)
    {
        if (value is null) return null;
        return transform.Kind switch
        {
            TransformKind.Identity => value,
            TransformKind.Bucket => (Hash(source, value) & int.MaxValue) % transform.Parameter,
            TransformKind.Truncate => Truncate(value, transform.Parameter),
            TransformKind.Year => Calendar(Days(source, value)).Year - 1970,
            TransformKind.Month => Month(Calendar(Days(source, value))),
            TransformKind.Day => Days(source, value),
            TransformKind.Hour => (int)ValueText.FloorDiv(Micros(source, (long)value), MicrosPerHour),
            TransformKind.Void => null,
            _ => throw new LakeFormatException($"transform is '{transform}'; this version can read over it and not compute it"),
        };
    }

    internal static int Hash(PrimitiveType source, object value) => source.Kind switch
    {
        TypeKind.Int or TypeKind.Date => Murmur3.Hash((int)value),
        TypeKind.TimestampNs or TypeKind.TimestampTzNs => Murmur3.Hash(Micros(source, (long)value)),
        TypeKind.Long or TypeKind.Time or TypeKind.Timestamp or TypeKind.TimestampTz => Murmur3.Hash((long)value),
        _ => Murmur3.Hash(SingleValue.Encode(source, value)),
    };

    private static object Truncate(object value, int width) => value switch
    {
        int i => i - (int)Remainder(i, width),
        long l => l - Remainder(l, width),
        BigInteger d => d - (((d % width) + width) % width),
        string s => Prefix(s, width),
        byte[] b => b.Length <= width ? b : b[..width],
        _ => throw new ArgumentException($"value is a {value.GetType().Name}; it cannot be truncated", nameof(value)),
    };

    private static long Remainder(long value, int width)
    {
        var rest = value % width;
        return rest < 0 ? rest + width : rest;
    }

    // So many code points, not UTF-16 units: a character beyond the first plane is not cut in two.
    private static string Prefix(string text, int codePoints)
    {
        if (text.Length <= codePoints) return text;
        var units = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (codePoints-- == 0) return text[..units];
            units += rune.Utf16SequenceLength;
        }
        return text;
    }

    private static long Micros(PrimitiveType source, long value) => source.Kind is TypeKind.TimestampNs or TypeKind.TimestampTzNs ? ValueText.FloorDiv(value, 1000) : value;

    private static int Days(PrimitiveType source, object value) =>
        source.Kind == TypeKind.Date ? (int)value : (int)ValueText.FloorDiv(Micros(source, (long)value), MicrosPerDay);

    // Of the proleptic Gregorian calendar at any day, where .NET's ends with the year 9999 (the algorithm is Howard Hinnant's civil_from_days).
    private static (int Year, int Month) Calendar(int days)
    {
        var shifted = (long)days + 719_468;
        var era = ValueText.FloorDiv(shifted, 146_097);
        var dayOfEra = shifted - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shiftedMonth = ((5 * dayOfYear) + 2) / 153;
        var month = (int)(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9);
        return ((int)(yearOfEra + (era * 400) + (month <= 2 ? 1 : 0)), month);
    }

    private static int Month((int Year, int Month) at) => ((at.Year - 1970) * 12) + at.Month - 1;
}

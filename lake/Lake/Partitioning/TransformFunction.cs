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
            TransformKind.Year => (int)CivilCalendar.At(Days(source, value)).Year - 1970,
            TransformKind.Month => Month(Days(source, value)),
            TransformKind.Day => Days(source, value),
            // The hours of the last times that 64 bits hold are more than 32 bits hold: they stand at the end, where their order is kept.
            TransformKind.Hour => (int)Math.Clamp(ValueText.FloorDiv(Micros(source, (long)value), MicrosPerHour), int.MinValue, int.MaxValue),
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

    // Below the last multiple of the width a whole number wraps around to near the highest, as the reference implementation's does: readers compare what both wrote.
    private static object Truncate(object value, int width) => value switch
    {
        int i => unchecked(i - (int)Remainder(i, width)),
        long l => unchecked(l - Remainder(l, width)),
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

    private static int Month(int days)
    {
        var (year, month, _) = CivilCalendar.At(days);
        return (((int)year - 1970) * 12) + month - 1;
    }
}

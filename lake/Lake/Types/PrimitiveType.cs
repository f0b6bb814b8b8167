using System.Globalization;
using System.Text.RegularExpressions;

namespace Lake.Types;

/// <summary>A type without fields. Equal by value.</summary>
public sealed partial class PrimitiveType : IcebergType, IEquatable<PrimitiveType>
{
    /// <summary>Digits of a decimal at most: what 16 bytes hold.</summary>
    public const int MaxPrecision = 38;

    public static readonly PrimitiveType Boolean = new(TypeKind.Boolean);
    public static readonly PrimitiveType Int = new(TypeKind.Int);
    public static readonly PrimitiveType Long = new(TypeKind.Long);
    public static readonly PrimitiveType Float = new(TypeKind.Float);
    public static readonly PrimitiveType Double = new(TypeKind.Double);
    public static readonly PrimitiveType Date = new(TypeKind.Date);
    public static readonly PrimitiveType Time = new(TypeKind.Time);
    public static readonly PrimitiveType Timestamp = new(TypeKind.Timestamp);
    public static readonly PrimitiveType TimestampTz = new(TypeKind.TimestampTz);
    public static readonly PrimitiveType TimestampNs = new(TypeKind.TimestampNs);
    public static readonly PrimitiveType TimestampTzNs = new(TypeKind.TimestampTzNs);
    public static readonly PrimitiveType String = new(TypeKind.String);
    public static readonly PrimitiveType Uuid = new(TypeKind.Uuid);
    public static readonly PrimitiveType Binary = new(TypeKind.Binary);
    public static readonly PrimitiveType Unknown = new(TypeKind.Unknown);

    private static readonly Dictionary<string, PrimitiveType> ByName = new(StringComparer.Ordinal)
    {
        ["boolean"] = Boolean,
        ["int"] = Int,
        ["long"] = Long,
        ["float"] = Float,
        ["double"] = Double,
        ["date"] = Date,
        ["time"] = Time,
        ["timestamp"] = Timestamp,
        ["timestamptz"] = TimestampTz,
        ["timestamp_ns"] = TimestampNs,
        ["timestamptz_ns"] = TimestampTzNs,
        ["string"] = String,
        ["uuid"] = Uuid,
        ["binary"] = Binary,
        ["unknown"] = Unknown,
    };

    private PrimitiveType(TypeKind kind, int precision = 0, int scale = 0, int length = 0)
        : base(kind) => (Precision, Scale, Length) = (precision, scale, length);

    /// <summary>Digits of a decimal; 0 for others.</summary>
    public int Precision { get; }

    /// <summary>Digits of a decimal behind its point; 0 for others.</summary>
    public int Scale { get; }

    /// <summary>Bytes of a fixed; 0 for others.</summary>
    public int Length { get; }

    public override IReadOnlyList<NestedField> Fields => [];

    /// <exception cref="ArgumentOutOfRangeException">precision is not 1 to 38, or scale not 0 to precision.</exception>
    public static PrimitiveType Decimal(int precision, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(precision, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision, MaxPrecision);
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, precision);
        return new PrimitiveType(TypeKind.Decimal, precision, scale);
    }

    /// <exception cref="ArgumentOutOfRangeException">length is below 1.</exception>
    public static PrimitiveType Fixed(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        return new PrimitiveType(TypeKind.Fixed, length: length);
    }

    /// <summary>Reads a type's name as schemas write it: <c>long</c>, <c>decimal(9,2)</c>, <c>fixed[16]</c>; blanks around parameters are taken.</summary>
    public static bool TryParse(string text, out PrimitiveType type)
    {
        if (ByName.TryGetValue(text, out type!)) return true;
        if (DecimalName().Match(text) is { Success: true } d && TryNumber(d, 1, out var precision) && TryNumber(d, 2, out var scale)
            && precision is >= 1 and <= MaxPrecision && scale <= precision)
        {
            type = Decimal(precision, scale);
            return true;
        }
        if (FixedName().Match(text) is { Success: true } f && TryNumber(f, 1, out var length) && length >= 1)
        {
            type = Fixed(length);
            return true;
        }
        return false;
    }

    public bool Equals(PrimitiveType? other) =>
        other is not null && other.Kind == Kind && other.Precision == Precision && other.Scale == Scale && other.Length == Length;

    public override bool Equals(object? obj) => Equals(obj as PrimitiveType);

    public override int GetHashCode() => HashCode.Combine(Kind, Precision, Scale, Length);

    public override string ToString() => Kind switch
    {
        TypeKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"decimal({Precision},{Scale})"),
        TypeKind.Fixed => string.Create(CultureInfo.InvariantCulture, $"fixed[{Length}]"),
        TypeKind.TimestampNs => "timestamp_ns",
        TypeKind.TimestampTzNs => "timestamptz_ns",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    private static bool TryNumber(Match match, int group, out int number) => int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    [GeneratedRegex(@"^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$", RegexOptions.CultureInvariant)]
    private static partial Regex DecimalName();

    [GeneratedRegex(@"^fixed\[\s*(\d+)\s*\]$", RegexOptions.CultureInvariant)]
    private static partial Regex FixedName();
}

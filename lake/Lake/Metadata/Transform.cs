using System.Globalization;
using System.Text.RegularExpressions;
using Lake.Types;

namespace Lake.Metadata;

/// <summary>A partition transform of the specification: from a column's value to a partition's. Immutable, equal by value. What it computes stands in <see cref="Partitioning.TransformFunction"/>.</summary>
public sealed partial record Transform
{
    public static readonly Transform Identity = new(TransformKind.Identity);
    public static readonly Transform Year = new(TransformKind.Year);
    public static readonly Transform Month = new(TransformKind.Month);
    public static readonly Transform Day = new(TransformKind.Day);
    public static readonly Transform Hour = new(TransformKind.Hour);
    public static readonly Transform Void = new(TransformKind.Void);

    private Transform(TransformKind kind, int parameter = 0, string? name = null) => (Kind, Parameter, Name) = (kind, parameter, name ?? NameOf(kind, parameter));

    public TransformKind Kind { get; }

    /// <summary>Number of buckets, width of a truncation; 0 for others.</summary>
    public int Parameter { get; }

    /// <summary>As metadata writes it: <c>bucket[16]</c>.</summary>
    public string Name { get; }

    /// <summary>Whether an order of values is an order of their results: true for all but buckets, void and unknown ones.</summary>
    public bool KeepsOrder => Kind is not (TransformKind.Bucket or TransformKind.Void or TransformKind.Unknown);

    /// <exception cref="ArgumentOutOfRangeException">buckets is below 1.</exception>
    public static Transform Bucket(int buckets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, 1);
        return new Transform(TransformKind.Bucket, buckets);
    }

    /// <exception cref="ArgumentOutOfRangeException">width is below 1.</exception>
    public static Transform Truncate(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return new Transform(TransformKind.Truncate, width);
    }

    /// <summary>Reads a transform's name. One that is not known here becomes <see cref="TransformKind.Unknown"/> and keeps its name.</summary>
    public static Transform Parse(string name)
    {
        switch (name.ToLowerInvariant())
        {
            case "identity": return Identity;
            case "year": return Year;
            case "month": return Month;
            case "day": return Day;
            case "hour": return Hour;
            case "void": return Void;
        }
        var match = WithParameter().Match(name);
        if (match.Success && int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var parameter) && parameter >= 1)
        {
            return match.Groups[1].ValueSpan.Equals("bucket", StringComparison.OrdinalIgnoreCase) ? Bucket(parameter) : Truncate(parameter);
        }
        return new Transform(TransformKind.Unknown, name: name);
    }

    /// <summary>Whether values of a type can be transformed.</summary>
    public bool Takes(IcebergType source) => source is PrimitiveType && Kind switch
    {
        TransformKind.Identity => source.Kind != TypeKind.Unknown,
        TransformKind.Bucket => source.Kind is not (TypeKind.Boolean or TypeKind.Float or TypeKind.Double or TypeKind.Unknown),
        TransformKind.Truncate => source.Kind is TypeKind.Int or TypeKind.Long or TypeKind.Decimal or TypeKind.String or TypeKind.Binary,
        TransformKind.Year or TransformKind.Month or TransformKind.Day => source.Kind is TypeKind.Date || IsTimestamp(source),
        TransformKind.Hour => IsTimestamp(source),
        _ => true,
    };

    /// <summary>The type of the results.</summary>
    public PrimitiveType ResultType(PrimitiveType source) => Kind switch
    {
        TransformKind.Bucket or TransformKind.Year or TransformKind.Month or TransformKind.Hour => PrimitiveType.Int,
        // A day is written as a date by the reference implementation; its values are those of an int.
        TransformKind.Day => PrimitiveType.Date,
        TransformKind.Unknown => PrimitiveType.String,
        _ => source,
    };

    public override string ToString() => Name;

    private static bool IsTimestamp(IcebergType type) => type.Kind is TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampNs or TypeKind.TimestampTzNs;

    private static string NameOf(TransformKind kind, int parameter) =>
        kind is TransformKind.Bucket or TransformKind.Truncate
            ? string.Create(CultureInfo.InvariantCulture, $"{(kind == TransformKind.Bucket ? "bucket" : "truncate")}[{parameter}]")
            : kind.ToString().ToLowerInvariant();

    [GeneratedRegex(@"^(bucket|truncate)\[\s*(\d+)\s*\]$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WithParameter();
}

using System.Numerics;
using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Partitioning;
using Lake.Types;
using Lake.Values;

namespace Lake.Scan;

/// <summary>What a partition's values say of the columns that they were made from. Immutable.</summary>
internal sealed class PartitionRanges
{
    private readonly PartitionSpec _spec;
    private readonly StructType _type;

    private PartitionRanges(PartitionSpec spec, StructType type) => (_spec, _type) = (spec, type);

    public static PartitionRanges Of(PartitionSpec spec, StructType type) => new(spec, type);

    /// <summary>The column's range in one partition.</summary>
    public ColumnRange Of(BoundFilter.Predicate p, PartitionTuple tuple)
    {
        var range = ColumnRange.Unknown;
        for (var i = 0; i < _spec.Fields.Count; i++)
        {
            var field = _spec.Fields[i];
            if (field.SourceId != p.Field.Id || !Tells(field.Transform)) continue;
            if (tuple.Values[i] is not { } value) return ColumnRange.AllNull;
            var own = SingleValue.Fit(p.Type, value);
            range = Both(range, Source(field.Transform, p.Type, own, own, mayBeNull: false, mayBeNaN: SingleValue.IsNaN(value)));
        }
        return range;
    }

    /// <summary>The column's range in all partitions of a manifest.</summary>
    public ColumnRange Of(BoundFilter.Predicate p, IReadOnlyList<FieldSummary> summaries)
    {
        var range = ColumnRange.Unknown;
        for (var i = 0; i < Math.Min(_spec.Fields.Count, summaries.Count); i++)
        {
            var field = _spec.Fields[i];
            if (field.SourceId != p.Field.Id || !Tells(field.Transform)) continue;
            var summary = summaries[i];
            var type = (PrimitiveType)_type.Fields[i].Type;
            if (summary.LowerBound is not { } low || summary.UpperBound is not { } high)
            {
                var onlyNulls = summary.ContainsNull && summary.ContainsNaN == false;
                if (onlyNulls) return ColumnRange.AllNull;
                continue;
            }
            range = Both(range, Source(field.Transform, p.Type, SingleValue.Fit(p.Type, SingleValue.Decode(type, low)), SingleValue.Fit(p.Type, SingleValue.Decode(type, high)), summary.ContainsNull, summary.ContainsNaN != false));
        }
        return range;
    }

    /// <summary>Whether a bucket rules an equality out.</summary>
    public bool Excludes(BoundFilter.Predicate p, PartitionTuple tuple)
    {
        if (p.Op is not (PredicateOp.Equal or PredicateOp.In)) return false;
        for (var i = 0; i < _spec.Fields.Count; i++)
        {
            var field = _spec.Fields[i];
            if (field.SourceId != p.Field.Id || field.Transform.Kind != TransformKind.Bucket) continue;
            if (tuple.Values[i] is not int bucket || p.Values.All(v => (int)TransformFunction.Apply(field.Transform, p.Type, v)! != bucket)) return true;
        }
        return false;
    }

    // A null of these comes of a null alone; void's and later formats' say nothing.
    private static bool Tells(Transform transform) => transform.Kind is not (TransformKind.Void or TransformKind.Unknown);

    private static ColumnRange Source(Transform transform, PrimitiveType type, object low, object high, bool mayBeNull, bool mayBeNaN)
    {
        var isFloat = type.Kind is TypeKind.Float or TypeKind.Double;
        var range = new ColumnRange(null, null, mayBeNull, true, isFloat && mayBeNaN);
        if (SingleValue.IsNaN(low) || SingleValue.IsNaN(high)) return range;
        var (lower, upper) = transform.Kind switch
        {
            TransformKind.Identity => (low, high),
            TransformKind.Truncate => (low, TruncatedUpper(high, transform.Parameter)),
            TransformKind.Year => Days(type, FirstDay((int)low * 12), FirstDay(((int)high + 1) * 12)),
            TransformKind.Month => Days(type, FirstDay((int)low), FirstDay((int)high + 1)),
            TransformKind.Day => Days(type, (int)low, (long)(int)high + 1),
            TransformKind.Hour => Micros(type, (int)low * MicrosPerHour, ((int)high + 1L) * MicrosPerHour),
            _ => (null, null),
        };
        return range with { Lower = lower, Upper = upper };
    }

    private const long MicrosPerHour = 3_600_000_000;

    private static object? TruncatedUpper(object high, int width) => high switch
    {
        int i => (int)Math.Min((long)i + width - 1, int.MaxValue),
        long l => l > long.MaxValue - width ? long.MaxValue : l + width - 1,
        BigInteger d => d + width - 1,
        // A text that was cut may go on with anything; one that is shorter than the width was not cut.
        string s when new System.Globalization.StringInfo(s).LengthInTextElements < width && s.Length < width => s,
        byte[] b when b.Length < width => b,
        _ => null,
    };

    private static (object? Lower, object? Upper) Days(PrimitiveType type, long first, long beyond) => type.Kind == TypeKind.Date
        ? ((int)first, (int)(beyond - 1))
        : Micros(type, first * 24 * MicrosPerHour, beyond * 24 * MicrosPerHour);

    private static (object? Lower, object? Upper) Micros(PrimitiveType type, long first, long beyond) => type.Kind is TypeKind.TimestampNs or TypeKind.TimestampTzNs
        ? (first * 1000, (beyond * 1000) - 1)
        : (first, beyond - 1);

    // Days since 1970 of the first day of a month that is counted from January 1970.
    private static long FirstDay(int month)
    {
        var year = 1970 + ValueText.FloorDiv(month, 12);
        var inYear = (int)(month - ((year - 1970) * 12)) + 1;
        // Howard Hinnant's days_from_civil.
        var shifted = inYear <= 2 ? year - 1 : year;
        var era = ValueText.FloorDiv(shifted, 400);
        var yearOfEra = shifted - (era * 400);
        var dayOfYear = ((153 * (inYear + (inYear > 2 ? -3 : 9))) + 2) / 5;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468;
    }

    private static ColumnRange Both(ColumnRange left, ColumnRange right) => new(
        left.Lower ?? right.Lower,
        left.Upper ?? right.Upper,
        left.MayBeNull && right.MayBeNull,
        left.MayHaveValue && right.MayHaveValue,
        left.MayBeNaN && right.MayBeNaN);
}

using System.Globalization;
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
            TransformKind.Truncate => (TruncatedLower(transform, low, high), TruncatedUpper(high, transform.Parameter)),
            TransformKind.Year => Days(type, CivilCalendar.FirstDay((int)low * 12L), CivilCalendar.FirstDay(((int)high + 1L) * 12)),
            TransformKind.Month => Days(type, CivilCalendar.FirstDay((int)low), CivilCalendar.FirstDay((int)high + 1L)),
            TransformKind.Day => Days(type, (int)low, (int)high + 1L),
            TransformKind.Hour => Hours(type, (int)low, (int)high),
            _ => (null, null),
        };
        return range with { Lower = lower, Upper = upper };
    }

    private const long MicrosPerHour = 3_600_000_000;

    // The last hour that 64 bits of microseconds hold, and the first, as 32 bits have them.
    private const int HighestWrapped = unchecked((int)(long.MaxValue / MicrosPerHour));
    private const int LowestWrapped = unchecked((int)((long.MinValue / MicrosPerHour) - 1));

    // What the lowest numbers are truncated to wraps around to near the highest: where that is in the range, it may stand for them. A long may have been an int when it was written.
    private static object? TruncatedLower(Transform transform, object low, object high)
    {
        bool Has(PrimitiveType type, object lowest)
        {
            var wrapped = Convert.ToInt64(TransformFunction.Apply(transform, type, lowest), CultureInfo.InvariantCulture);
            return wrapped > 0 && Convert.ToInt64(low, CultureInfo.InvariantCulture) <= wrapped && wrapped <= Convert.ToInt64(high, CultureInfo.InvariantCulture);
        }
        return low is int or long && (Has(PrimitiveType.Int, int.MinValue) || Has(PrimitiveType.Long, long.MinValue)) ? null : low;
    }

    private static object? TruncatedUpper(object high, int width) => high switch
    {
        int i => (int)Math.Min((long)i + width - 1, int.MaxValue),
        long l => l > long.MaxValue - width ? long.MaxValue : l + width - 1,
        BigInteger d => d + width - 1,
        // A text that was cut may go on with anything; one that is shorter than the width was not cut.
        string s when new StringInfo(s).LengthInTextElements < width && s.Length < width => s,
        byte[] b when b.Length < width => b,
        _ => null,
    };

    private static (object? Lower, object? Upper) Days(PrimitiveType type, Int128 first, Int128 beyond) => type.Kind == TypeKind.Date
        ? (Bound(first, int.MinValue, int.MaxValue) is { } lower ? (int)lower : null, Bound(beyond - 1, int.MinValue, int.MaxValue) is { } upper ? (int)upper : null)
        : Micros(type, first * 24 * MicrosPerHour, beyond * 24 * MicrosPerHour);

    // An hour at the end stands for all that are beyond, and one so far out that times reach the other end may have wrapped around to there.
    private static (object? Lower, object? Upper) Hours(PrimitiveType type, int low, int high)
    {
        var (lower, upper) = Micros(type, low * (Int128)MicrosPerHour, (high + (Int128)1) * MicrosPerHour);
        return (low == int.MinValue || high >= LowestWrapped ? null : lower, high == int.MaxValue || low <= HighestWrapped ? null : upper);
    }

    private static (object? Lower, object? Upper) Micros(PrimitiveType type, Int128 first, Int128 beyond)
    {
        var unit = type.Kind is TypeKind.TimestampNs or TypeKind.TimestampTzNs ? 1000 : 1;
        return (Bound(first * unit, long.MinValue, long.MaxValue), Bound((beyond * unit) - 1, long.MinValue, long.MaxValue));
    }

    // A year, a day or an hour may begin or end beyond the times that its column holds: such a side has no bound.
    private static long? Bound(Int128 value, long lowest, long highest) => value >= lowest && value <= highest ? (long)value : null;

    private static ColumnRange Both(ColumnRange left, ColumnRange right) => new(
        left.Lower ?? right.Lower,
        left.Upper ?? right.Upper,
        left.MayBeNull && right.MayBeNull,
        left.MayHaveValue && right.MayHaveValue,
        left.MayBeNaN && right.MayBeNaN);
}

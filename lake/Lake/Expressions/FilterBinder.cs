using System.Globalization;
using System.Numerics;
using Lake.Types;
using Lake.Values;

namespace Lake.Expressions;

/// <summary>Checks a filter against a schema and makes its values those of the columns. Pure.</summary>
public static class FilterBinder
{
    /// <exception cref="FilterException">A column is not there or not primitive, a value is not of its type, or the question cannot be asked of it.</exception>
    public static BoundFilter Bind(Filter filter, TableSchema schema) => Bind(filter, schema, negate: false);

    private static BoundFilter Bind(Filter filter, TableSchema schema, bool negate) => filter switch
    {
        Filter.Constant c => new BoundFilter.Constant(c.Value != negate),
        // De Morgan.
        Filter.And a => negate
            ? Or(Bind(a.Left, schema, true), Bind(a.Right, schema, true))
            : And(Bind(a.Left, schema, false), Bind(a.Right, schema, false)),
        Filter.Or o => negate
            ? And(Bind(o.Left, schema, true), Bind(o.Right, schema, true))
            : Or(Bind(o.Left, schema, false), Bind(o.Right, schema, false)),
        Filter.Not n => Bind(n.Inner, schema, !negate),
        Filter.Predicate p => Bind(p, schema, negate),
        _ => throw new ArgumentException($"filter is a {filter.GetType().Name}", nameof(filter)),
    };

    private static BoundFilter And(BoundFilter left, BoundFilter right) => (left, right) switch
    {
        (BoundFilter.Constant { Value: true }, _) => right,
        (_, BoundFilter.Constant { Value: true }) => left,
        (BoundFilter.Constant { Value: false }, _) or (_, BoundFilter.Constant { Value: false }) => new BoundFilter.Constant(false),
        _ => new BoundFilter.And(left, right),
    };

    private static BoundFilter Or(BoundFilter left, BoundFilter right) => (left, right) switch
    {
        (BoundFilter.Constant { Value: false }, _) => right,
        (_, BoundFilter.Constant { Value: false }) => left,
        (BoundFilter.Constant { Value: true }, _) or (_, BoundFilter.Constant { Value: true }) => new BoundFilter.Constant(true),
        _ => new BoundFilter.Or(left, right),
    };

    private static BoundFilter Bind(Filter.Predicate predicate, TableSchema schema, bool negate)
    {
        var field = schema.Find(predicate.Column) ?? throw new FilterException($"filter column is '{predicate.Column}'; the table has no column of that name");
        if (field.Type is not PrimitiveType type) throw new FilterException($"filter column '{predicate.Column}' is {field.Type}; it must be primitive");
        if (schema.Repeating(field.Id) is { } outer) throw new FilterException($"filter column '{predicate.Column}' stands in a {outer.Type.Kind.ToString().ToLowerInvariant()}; a row has any number of it");
        var op = negate ? Negated(predicate.Op) : predicate.Op;
        if (op is PredicateOp.IsNaN or PredicateOp.NotNaN && type.Kind is not (TypeKind.Float or TypeKind.Double)) throw new FilterException($"filter column '{predicate.Column}' is {type}; only float and double may be NaN");
        if (op is PredicateOp.StartsWith or PredicateOp.NotStartsWith && type.Kind != TypeKind.String) throw new FilterException($"filter column '{predicate.Column}' is {type}; only a string starts with a prefix");
        if (field.IsRequired && schema.Parent(field.Id) is null)
        {
            if (op == PredicateOp.IsNull) return new BoundFilter.Constant(false);
            if (op == PredicateOp.NotNull) return new BoundFilter.Constant(true);
        }
        return new BoundFilter.Predicate(op, field, predicate.Column, [.. predicate.Values.Select(v => Value(predicate.Column, type, v))]);
    }

    private static PredicateOp Negated(PredicateOp op) => op switch
    {
        PredicateOp.IsNull => PredicateOp.NotNull,
        PredicateOp.NotNull => PredicateOp.IsNull,
        PredicateOp.IsNaN => PredicateOp.NotNaN,
        PredicateOp.NotNaN => PredicateOp.IsNaN,
        PredicateOp.Less => PredicateOp.GreaterOrEqual,
        PredicateOp.LessOrEqual => PredicateOp.Greater,
        PredicateOp.Greater => PredicateOp.LessOrEqual,
        PredicateOp.GreaterOrEqual => PredicateOp.Less,
        PredicateOp.Equal => PredicateOp.NotEqual,
        PredicateOp.NotEqual => PredicateOp.Equal,
        PredicateOp.In => PredicateOp.NotIn,
        PredicateOp.NotIn => PredicateOp.In,
        PredicateOp.StartsWith => PredicateOp.NotStartsWith,
        _ => PredicateOp.StartsWith,
    };

    private static object Value(string column, PrimitiveType type, object value)
    {
        var converted = type.Kind switch
        {
            TypeKind.Int when Whole(value) is { } i && i >= int.MinValue && i <= int.MaxValue => (int)i,
            TypeKind.Long or TypeKind.Time when Whole(value) is { } l && l >= long.MinValue && l <= long.MaxValue => (long)l,
            TypeKind.Float when value is float or double or int or long => System.Convert.ToSingle(value, CultureInfo.InvariantCulture),
            TypeKind.Double when value is float or double or int or long => System.Convert.ToDouble(value, CultureInfo.InvariantCulture),
            TypeKind.Decimal when Whole(value) is { } d => Fits(type, value is BigInteger ? d : d * BigInteger.Pow(10, type.Scale)),
            TypeKind.Date when value is DateOnly date => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber,
            TypeKind.Date when value is int => value,
            TypeKind.Timestamp or TypeKind.TimestampTz when value is DateTimeOffset moment => (moment.UtcTicks - DateTime.UnixEpoch.Ticks) / 10,
            TypeKind.TimestampNs or TypeKind.TimestampTzNs when value is DateTimeOffset moment => (moment.UtcTicks - DateTime.UnixEpoch.Ticks) * 100,
            TypeKind.Timestamp or TypeKind.TimestampTz or TypeKind.TimestampNs or TypeKind.TimestampTzNs when value is long => value,
            TypeKind.Boolean when value is bool => value,
            TypeKind.Uuid when value is Guid => value,
            TypeKind.Fixed or TypeKind.Binary when value is byte[] => value,
            _ when value is string text && ValueText.TryParse(type, text, out var parsed) => parsed,
            _ => null,
        };
        if (converted is null || SingleValue.IsNaN(converted)) throw new FilterException($"filter value of '{column}' is '{value}'; it must be a value of {type}");
        return converted;
    }

    private static object? Fits(PrimitiveType type, BigInteger unscaled) => BigInteger.Abs(unscaled) < BigInteger.Pow(10, type.Precision) ? unscaled : null;

    private static BigInteger? Whole(object value) => value switch
    {
        int i => i,
        long l => l,
        BigInteger b => b,
        _ => null,
    };
}

using Lake.Types;
using Lake.Values;

namespace Lake.Expressions;

/// <summary>Tells from ranges of columns how many rows a filter matches: what prunes files, and what finds those that go as a whole. Pure.</summary>
public static class RangeEvaluator
{
    /// <param name="filter">The filter.</param>
    /// <param name="range">What is known of a predicate's column.</param>
    /// <param name="exclude">Whether more is known that rules a predicate out, like a bucket; null for nothing.</param>
    public static Match Evaluate(BoundFilter filter, Func<BoundFilter.Predicate, ColumnRange> range, Func<BoundFilter.Predicate, bool>? exclude = null)
    {
        switch (filter)
        {
            case BoundFilter.Constant c:
                return c.Value ? Match.All : Match.None;
            case BoundFilter.And a:
                var left = Evaluate(a.Left, range, exclude);
                return left == Match.None ? left : Min(left, Evaluate(a.Right, range, exclude));
            case BoundFilter.Or o:
                var first = Evaluate(o.Left, range, exclude);
                return first == Match.All ? first : Max(first, Evaluate(o.Right, range, exclude));
            case BoundFilter.Predicate p:
                return exclude is not null && exclude(p) ? Match.None : Evaluate(p, range(p));
            default:
                throw new ArgumentException($"filter is a {filter.GetType().Name}", nameof(filter));
        }
    }

    private static Match Evaluate(BoundFilter.Predicate p, ColumnRange range)
    {
        switch (p.Op)
        {
            case PredicateOp.IsNull:
                return !range.MayBeNull ? Match.None : !range.MayHaveValue && !range.MayBeNaN ? Match.All : Match.Some;
            case PredicateOp.NotNull:
                return !range.MayBeNull ? Match.All : !range.MayHaveValue && !range.MayBeNaN ? Match.None : Match.Some;
            case PredicateOp.IsNaN:
                return !range.MayBeNaN ? Match.None : !range.MayHaveValue && !range.MayBeNull ? Match.All : Match.Some;
            case PredicateOp.NotNaN:
                return !range.MayHaveValue ? Match.None : !range.MayBeNaN && !range.MayBeNull ? Match.All : Match.Some;
        }
        // NaN is above every number and equal to none, as the readers here compare it: it answers >, >=, <> and not in.
        var nanMatches = p.Op is PredicateOp.Greater or PredicateOp.GreaterOrEqual or PredicateOp.NotEqual or PredicateOp.NotIn;
        var values = range.MayHaveValue ? OfValues(p, range) : (Match?)null;
        var nans = range.MayBeNaN ? nanMatches ? Match.All : Match.None : (Match?)null;
        var nulls = range.MayBeNull ? Match.None : (Match?)null;
        return Join(Join(values, nans), nulls) ?? Match.None;
    }

    // Of rows with a value alone.
    private static Match OfValues(BoundFilter.Predicate p, ColumnRange range)
    {
        var type = p.Type;
        switch (p.Op)
        {
            case PredicateOp.Less:
                return range.Lower is { } l1 && SingleValue.Compare(type, l1, p.Values[0]) >= 0 ? Match.None
                    : range.Upper is { } u1 && SingleValue.Compare(type, u1, p.Values[0]) < 0 ? Match.All : Match.Some;
            case PredicateOp.LessOrEqual:
                return range.Lower is { } l2 && SingleValue.Compare(type, l2, p.Values[0]) > 0 ? Match.None
                    : range.Upper is { } u2 && SingleValue.Compare(type, u2, p.Values[0]) <= 0 ? Match.All : Match.Some;
            case PredicateOp.Greater:
                return range.Upper is { } u3 && SingleValue.Compare(type, u3, p.Values[0]) <= 0 ? Match.None
                    : range.Lower is { } l3 && SingleValue.Compare(type, l3, p.Values[0]) > 0 ? Match.All : Match.Some;
            case PredicateOp.GreaterOrEqual:
                return range.Upper is { } u4 && SingleValue.Compare(type, u4, p.Values[0]) < 0 ? Match.None
                    : range.Lower is { } l4 && SingleValue.Compare(type, l4, p.Values[0]) >= 0 ? Match.All : Match.Some;
            case PredicateOp.Equal or PredicateOp.In:
                return Equal(p, range);
            case PredicateOp.NotEqual or PredicateOp.NotIn:
                return Opposite(Equal(p, range));
            case PredicateOp.StartsWith:
                return StartsWith(type, (string)p.Values[0], range);
            default:
                return Opposite(StartsWith(type, (string)p.Values[0], range));
        }
    }

    private static Match Equal(BoundFilter.Predicate p, ColumnRange range)
    {
        if (!p.Values.Any(v => Inside(p.Type, v, range))) return Match.None;
        var isSingle = range.Lower is { } lower && range.Upper is { } upper && SingleValue.Compare(p.Type, lower, upper) == 0;
        return isSingle ? Match.All : Match.Some;
    }

    private static Match StartsWith(PrimitiveType type, string prefix, ColumnRange range)
    {
        if (range.Upper is string upper && SingleValue.Compare(type, upper, prefix) < 0) return Match.None;
        if (range.Lower is string lower && SingleValue.Compare(type, lower, prefix) > 0 && !lower.StartsWith(prefix, StringComparison.Ordinal)) return Match.None;
        return range.Lower is string low && range.Upper is string high && low.StartsWith(prefix, StringComparison.Ordinal) && high.StartsWith(prefix, StringComparison.Ordinal) ? Match.All : Match.Some;
    }

    private static bool Inside(PrimitiveType type, object value, ColumnRange range) =>
        (range.Lower is not { } lower || SingleValue.Compare(type, value, lower) >= 0) && (range.Upper is not { } upper || SingleValue.Compare(type, value, upper) <= 0);

    private static Match Opposite(Match match) => match switch { Match.None => Match.All, Match.All => Match.None, _ => Match.Some };

    private static Match? Join(Match? left, Match? right) => left is null ? right : right is null ? left : left == right ? left : Match.Some;

    private static Match Min(Match left, Match right) => left < right ? left : right;

    private static Match Max(Match left, Match right) => left > right ? left : right;
}

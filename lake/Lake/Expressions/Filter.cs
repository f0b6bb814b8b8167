namespace Lake.Expressions;

/// <summary>A condition on rows, by column names. Immutable. <see cref="FilterBinder"/> checks it against a schema.</summary>
public abstract record Filter
{
    /// <summary>Every row.</summary>
    public static readonly Filter All = new Constant(true);

    /// <summary>No row.</summary>
    public static readonly Filter None = new Constant(false);

    public static Filter operator &(Filter left, Filter right) => new And(left, right);

    public static Filter operator |(Filter left, Filter right) => new Or(left, right);

    public static Filter operator !(Filter filter) => new Not(filter);

    /// <param name="column">Full name of a primitive column.</param>
    /// <param name="value">A value as <see cref="Values.SingleValue"/> boxes it, a text of <see cref="Values.ValueText"/>, a whole number, a <see cref="DateTimeOffset"/> or <see cref="DateOnly"/>.</param>
    public static Filter Equal(string column, object value) => new Predicate(PredicateOp.Equal, column, [value]);

    public static Filter NotEqual(string column, object value) => new Predicate(PredicateOp.NotEqual, column, [value]);

    public static Filter Less(string column, object value) => new Predicate(PredicateOp.Less, column, [value]);

    public static Filter LessOrEqual(string column, object value) => new Predicate(PredicateOp.LessOrEqual, column, [value]);

    public static Filter Greater(string column, object value) => new Predicate(PredicateOp.Greater, column, [value]);

    public static Filter GreaterOrEqual(string column, object value) => new Predicate(PredicateOp.GreaterOrEqual, column, [value]);

    public static Filter In(string column, params IReadOnlyList<object> values) => new Predicate(PredicateOp.In, column, values);

    public static Filter IsNull(string column) => new Predicate(PredicateOp.IsNull, column, []);

    public static Filter NotNull(string column) => new Predicate(PredicateOp.NotNull, column, []);

    public static Filter IsNaN(string column) => new Predicate(PredicateOp.IsNaN, column, []);

    public static Filter StartsWith(string column, string prefix) => new Predicate(PredicateOp.StartsWith, column, [prefix]);

    /// <summary>Every row, or none.</summary>
    public sealed record Constant(bool Value) : Filter;

    public sealed record And(Filter Left, Filter Right) : Filter;

    public sealed record Or(Filter Left, Filter Right) : Filter;

    /// <summary>The rows that a filter answers with false: neither those with true, nor those where null makes it unknown.</summary>
    public sealed record Not(Filter Inner) : Filter;

    /// <summary>A question about one column.</summary>
    public sealed record Predicate(PredicateOp Op, string Column, IReadOnlyList<object> Values) : Filter;
}

namespace Lake.Expressions;

/// <summary>What a predicate asks of a column's value. As in SQL, null answers none of them but <see cref="IsNull"/>.</summary>
public enum PredicateOp
{
    IsNull,
    NotNull,
    IsNaN,
    NotNaN,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    In,
    NotIn,
    StartsWith,
    NotStartsWith,
}

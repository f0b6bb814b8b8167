using Lake.Types;

namespace Lake.Expressions;

/// <summary>A filter over fields of a schema, with values of their types and without negations: they stand in the predicates. Immutable.</summary>
public abstract record BoundFilter
{
    public sealed record Constant(bool Value) : BoundFilter;

    public sealed record And(BoundFilter Left, BoundFilter Right) : BoundFilter;

    public sealed record Or(BoundFilter Left, BoundFilter Right) : BoundFilter;

    /// <summary>A question about one field; its values are those of <see cref="Values.SingleValue"/> for its type.</summary>
    public sealed record Predicate(PredicateOp Op, NestedField Field, string Column, IReadOnlyList<object> Values) : BoundFilter
    {
        public PrimitiveType Type => (PrimitiveType)Field.Type;
    }

    /// <summary>Ids of the fields that are asked about.</summary>
    public IEnumerable<int> FieldIds() => this switch
    {
        And a => a.Left.FieldIds().Concat(a.Right.FieldIds()),
        Or o => o.Left.FieldIds().Concat(o.Right.FieldIds()),
        Predicate p => [p.Field.Id],
        _ => [],
    };
}

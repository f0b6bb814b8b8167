using FeatureModel.Expressions.Nodes;
using FeatureModel.Expressions.Syntax;

namespace FeatureModel.Expressions.Binding;

/// <summary>The rules of <c>in</c>.</summary>
internal static class Membership
{
    public static Operand? Bind(Binder binder, InSyntax membership, Operand operand)
    {
        var fits = operand.Type switch
        {
            ExpressionType.Null or ExpressionType.Duration => false,
            ExpressionType.Timestamp => membership.List is not null,
            _ => !operand.Type.IsList(),
        };
        if (!fits)
        {
            return binder.Fail(operand.Syntax, $"in looks for a number, a string or a bool in a list, and this is {operand.Type.Describe()}");
        }
        return membership.List is null ? BindLiterals(binder, membership, operand) : BindList(binder, membership, operand);
    }

    private static Operand? BindLiterals(Binder binder, InSyntax membership, Operand operand)
    {
        var literals = new Operand[membership.Literals!.Count];
        for (var i = 0; i < literals.Length; i++) literals[i] = Binder.OfLiteral(membership.Literals[i]);
        var common = operand.Type;
        foreach (var literal in literals)
        {
            if (Coercion.Common([operand with { Type = common }, literal]) is not { } wider)
            {
                return binder.Fail(literal.Syntax, $"the value looked for is {operand.Type.Describe()}, and this is {literal.Type.Describe()}");
            }
            common = wider;
        }
        operand = Coercion.To(operand, common);
        for (var i = 0; i < literals.Length; i++) literals[i] = Coercion.To(literals[i], common);
        Node code = common switch
        {
            ExpressionType.Bool => OneOf(operand.Truth, literals, membership.Negated),
            ExpressionType.Double => OneOf(operand.Number, literals, membership.Negated),
            ExpressionType.String => OneOf(operand.Text, literals, membership.Negated),
            _ => OneOf(operand.Whole, literals, membership.Negated),
        };
        return Binder.Make(membership, ExpressionType.Bool, code, operand);
    }

    private static OneOf<T> OneOf<T>(Node<T> operand, Operand[] literals, bool negated)
    {
        var set = new HashSet<T>(literals.Length);
        foreach (var literal in literals)
        {
            if (((Node<T>)literal.Code!).TryGet([], out var value)) set.Add(value);
        }
        return new OneOf<T>(operand, set, negated);
    }

    private static Operand? BindList(Binder binder, InSyntax membership, Operand operand)
    {
        if (binder.Bind(membership.List!) is not { } list) return null;
        if (!list.Type.IsList())
        {
            return binder.Fail(list.Syntax, $"behind in a list is wanted, and this is {list.Type.Describe()}; literals stand in parentheses");
        }
        var element = list.Type.Element();
        if (!Coercion.Allows(operand.Type, element))
        {
            return binder.Fail(membership, $"the value looked for is {operand.Type.Describe()}, and the list holds {element.Describe().Split(' ')[^1]}s");
        }
        operand = Coercion.To(operand, element);
        Node code = element switch
        {
            ExpressionType.Bool => new InList<TruthElement, bool>(operand.Truth, list.List, membership.Negated),
            ExpressionType.Double => new InList<NumberElement, double>(operand.Number, list.List, membership.Negated),
            ExpressionType.String => new InList<TextElement, string>(operand.Text, list.List, membership.Negated),
            _ => new InList<WholeElement, long>(operand.Whole, list.List, membership.Negated),
        };
        return Binder.Make(membership, ExpressionType.Bool, code, operand, list);
    }
}

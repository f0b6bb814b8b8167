using FeatureModel.Expressions.Nodes;

namespace FeatureModel.Expressions.Binding;

/// <summary>One operation that a function may be.</summary>
internal sealed record Overload(ExpressionType[] Parameters, ExpressionType Result, Func<Node[], Node> Make)
{
    /// <summary>An operation of one operand.</summary>
    public static Overload Of<TOp, TA, TR>(ExpressionType a, ExpressionType result) where TOp : struct, IUnary<TA, TR> =>
        new([a], result, n => new Unary<TOp, TA, TR>((Node<TA>)n[0]));

    /// <summary>An operation of two operands of one type.</summary>
    public static Overload OfTwo<TOp, T, TR>(ExpressionType both, ExpressionType result) where TOp : struct, IBinary<T, T, TR> =>
        new([both, both], result, n => new Binary<TOp, T, T, TR>((Node<T>)n[0], (Node<T>)n[1]));

    /// <summary>A function of a number.</summary>
    public static Overload OfNumber<TOp>() where TOp : struct, IUnary<double, double> => Of<TOp, double, double>(ExpressionType.Double, ExpressionType.Double);

    /// <summary>The operand itself.</summary>
    public static Overload Same(ExpressionType type) => new([type], type, n => n[0]);

    public bool Takes(Operand[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!Coercion.Allows(arguments[i].Type, Parameters[i])) return false;
        }
        return true;
    }
}

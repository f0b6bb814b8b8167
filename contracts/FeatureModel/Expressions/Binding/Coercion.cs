using FeatureModel.Expressions.Nodes;

namespace FeatureModel.Expressions.Binding;

/// <summary>What may stand for what: an int64 for a double, and the word null for anything. Nothing else is converted unasked.</summary>
internal static class Coercion
{
    public static bool Allows(ExpressionType from, ExpressionType to) =>
        from == to || (from == ExpressionType.Int64 && to == ExpressionType.Double) || (from == ExpressionType.Null && !to.IsList());

    /// <summary>The operand as a part of the wanted type, which <see cref="Allows"/> must hold for.</summary>
    public static Operand To(Operand operand, ExpressionType type)
    {
        if (operand.Type == type) return operand;
        if (operand.Type == ExpressionType.Null) return operand with { Type = type, Code = NullOf(type) };
        // An input is read as a double at once: one call less for each evaluation.
        var code = operand.Code is WholeSlot slot
            ? new NumberSlot(slot.Input)
            : Fold(new Unary<WholeToNumber, long, double>(operand.Whole), operand.Code!.IsConstant);
        return operand with { Type = type, Code = code };
    }

    /// <summary>
    /// The one type that all operands can stand for; null where there is none, <see cref="ExpressionType.Null"/> where all are the word null.
    /// </summary>
    public static ExpressionType? Common(ReadOnlySpan<Operand> operands)
    {
        var common = ExpressionType.Null;
        foreach (var operand in operands)
        {
            if (Allows(operand.Type, common)) continue;
            if (!Allows(common, operand.Type)) return null;
            common = operand.Type;
        }
        return common;
    }

    /// <summary>A part that reads no input becomes its value.</summary>
    public static Node Fold(Node code, bool isConstant) => !isConstant ? code : code switch
    {
        Node<long> whole => Fold(whole),
        Node<double> number => Fold(number),
        Node<bool> truth => Fold(truth),
        Node<string> text => Fold(text),
        _ => code,
    };

    private static Constant<T> Fold<T>(Node<T> code)
    {
        var known = code.TryGet([], out var value);
        return new Constant<T>(isNull: !known, value);
    }

    private static Node NullOf(ExpressionType type) => type switch
    {
        ExpressionType.Bool => new Constant<bool>(isNull: true, default),
        ExpressionType.Double => new Constant<double>(isNull: true, default),
        ExpressionType.String => new Constant<string>(isNull: true, default),
        _ => new Constant<long>(isNull: true, default),
    };
}

using System.Diagnostics.CodeAnalysis;
using FeatureModel.Expressions.Nodes;
using FeatureModel.Expressions.Syntax;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Binding;

/// <summary>The rules of a whole expression's result: which types a feature can have, and how a declared one is met.</summary>
internal static class Results
{
    public static bool TryMake(
        Binder binder, SyntaxNode tree, Operand root, FeatureDataType? declared, [NotNullWhen(true)] out Node? code, out FeatureDataType type)
    {
        code = null;
        type = declared ?? Natural(root.Type) ?? default;
        if (Natural(root.Type) is not { } natural)
        {
            binder.Fail(tree, root.Type switch
            {
                ExpressionType.Duration => "the result is a duration, which no feature is; take seconds, minutes, hours or days of it",
                ExpressionType.Null => "the result is always null, of no type",
                _ => $"the result is {root.Type.Describe()}; of a list an expression takes length, elements, in and dot",
            });
            return false;
        }
        code = (natural, type) switch
        {
            _ when natural == type => root.Code,
            (FeatureDataType.Int64, FeatureDataType.Int32) => new Unary<NarrowToInt32, long, long>(root.Whole),
            (FeatureDataType.Int64, FeatureDataType.Double) => Coercion.To(root, ExpressionType.Double).Code,
            (FeatureDataType.Int64 or FeatureDataType.Double, FeatureDataType.Float) =>
                new Unary<NarrowToFloat, double, double>(Coercion.To(root, ExpressionType.Double).Number),
            _ => null,
        };
        if (code is null) binder.Fail(tree, $"the result is {root.Type.Describe()}, and {type.Name()} is wanted{Hint(natural, type)}");
        return code is not null;
    }

    private static FeatureDataType? Natural(ExpressionType type) => type switch
    {
        ExpressionType.Bool => FeatureDataType.Bool,
        ExpressionType.Int64 => FeatureDataType.Int64,
        ExpressionType.Double => FeatureDataType.Double,
        ExpressionType.String => FeatureDataType.String,
        ExpressionType.Timestamp => FeatureDataType.UnixTimestamp,
        _ => null,
    };

    private static string Hint(FeatureDataType from, FeatureDataType to) => (from, to) switch
    {
        (_, FeatureDataType.Bool) => "; a condition compares, x > 0",
        (FeatureDataType.Double or FeatureDataType.Bool or FeatureDataType.String, FeatureDataType.Int32 or FeatureDataType.Int64) => "; to_int(x) makes one",
        (FeatureDataType.Bool or FeatureDataType.String, FeatureDataType.Double or FeatureDataType.Float) => "; to_double(x) makes one",
        (_, FeatureDataType.String) => "; to_string(x) makes one of a number or a bool",
        _ => "",
    };
}

namespace FeatureModel.Expressions.Syntax;

/// <summary>How tightly operators bind; a greater number binds first. Operators of one number group to the left.</summary>
internal static class Precedence
{
    public const int Or = 1, And = 2, Not = 3, Comparison = 4, Sum = 5, Product = 6, Minus = 7, Element = 8, Primary = 9;

    /// <summary>Of an operator between two operands; 0 for what is none.</summary>
    public static int Of(string symbol) => symbol switch
    {
        "or" => Or,
        "and" => And,
        "==" or "!=" or "<" or "<=" or ">" or ">=" => Comparison,
        "+" or "-" => Sum,
        "*" or "/" or "%" => Product,
        _ => 0,
    };

    public static int Of(SyntaxNode node) => node switch
    {
        BinarySyntax b => Of(b.Symbol),
        InSyntax => Comparison,
        UnarySyntax u => u.Symbol == "not" ? Not : Minus,
        // A negative literal reads like a minus and its number.
        LiteralSyntax { Value: long and < 0 } => Minus,
        LiteralSyntax { Value: double d } when double.IsNegative(d) => Minus,
        ElementSyntax => Element,
        _ => Primary,
    };
}

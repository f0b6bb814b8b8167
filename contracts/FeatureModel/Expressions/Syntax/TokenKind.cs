namespace FeatureModel.Expressions.Syntax;

internal enum TokenKind : byte
{
    End,

    /// <summary>An operator, a bracket, a comma, or a keyword.</summary>
    Symbol,
    Name,
    Whole,
    Fraction,
    String,
}

namespace FeatureModel.Expressions.Syntax;

/// <summary>One word of an expression's text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first character.</param>
/// <param name="Length">Its characters.</param>
/// <param name="Text">A name, a keyword, an operator, or a string's content without quotes and escapes.</param>
/// <param name="Whole">An integer's digits as a number.</param>
/// <param name="Fraction">A double's value.</param>
internal readonly record struct Token(TokenKind Kind, int Start, int Length, string Text = "", ulong Whole = 0, double Fraction = 0)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;
}

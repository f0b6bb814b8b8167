// Hot path.
using System.Diagnostics.CodeAnalysis;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

// Texts compare and match by their code units, whatever the machine's language. Only what makes a new text allocates.

internal readonly struct Lower : IUnary<string, string>
{
    public static bool Try(string a, [MaybeNullWhen(false)] out string result)
    {
        result = a.ToLowerInvariant();
        return true;
    }
}

internal readonly struct Upper : IUnary<string, string>
{
    public static bool Try(string a, [MaybeNullWhen(false)] out string result)
    {
        result = a.ToUpperInvariant();
        return true;
    }
}

internal readonly struct Trim : IUnary<string, string>
{
    public static bool Try(string a, [MaybeNullWhen(false)] out string result)
    {
        result = a.Trim();
        return true;
    }
}

/// <summary>Counts characters: a surrogate pair is one.</summary>
internal readonly struct TextLength : IUnary<string, long>
{
    public static bool Try(string a, out long result)
    {
        result = a.Length;
        for (var i = 1; i < a.Length; i++)
        {
            if (char.IsSurrogatePair(a[i - 1], a[i])) result--;
        }
        return true;
    }
}

internal readonly struct StartsWith : IBinary<string, string, bool>
{
    public static bool Try(string a, string b, out bool result)
    {
        result = a.StartsWith(b, StringComparison.Ordinal);
        return true;
    }
}

internal readonly struct EndsWith : IBinary<string, string, bool>
{
    public static bool Try(string a, string b, out bool result)
    {
        result = a.EndsWith(b, StringComparison.Ordinal);
        return true;
    }
}

internal readonly struct Contains : IBinary<string, string, bool>
{
    public static bool Try(string a, string b, out bool result)
    {
        result = a.Contains(b, StringComparison.Ordinal);
        return true;
    }
}

/// <summary>Texts one behind the other; null where one is null.</summary>
internal sealed class Concat(Node<string>[] operands) : Node<string>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out string value)
    {
        value = null;
        var texts = new string[operands.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            if (!operands[i].TryGet(slots, out var text)) return false;
            texts[i] = text;
        }
        value = string.Concat(texts);
        return true;
    }
}

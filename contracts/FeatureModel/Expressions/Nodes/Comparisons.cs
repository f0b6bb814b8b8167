// Hot path.
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

/// <summary>A comparison of each representation. NaN is unequal to everything and neither less nor greater.</summary>
internal interface IComparison
{
    static abstract bool Of(double a, double b);
    static abstract bool Of(long a, long b);
    static abstract bool Of(string a, string b);
}

internal readonly struct Equal : IComparison
{
    public static bool Of(double a, double b) => a == b;
    public static bool Of(long a, long b) => a == b;
    public static bool Of(string a, string b) => string.Equals(a, b);
}

internal readonly struct NotEqual : IComparison
{
    public static bool Of(double a, double b) => a != b;
    public static bool Of(long a, long b) => a != b;
    public static bool Of(string a, string b) => !string.Equals(a, b);
}

internal readonly struct Less : IComparison
{
    public static bool Of(double a, double b) => a < b;
    public static bool Of(long a, long b) => a < b;
    public static bool Of(string a, string b) => string.CompareOrdinal(a, b) < 0;
}

internal readonly struct LessOrEqual : IComparison
{
    public static bool Of(double a, double b) => a <= b;
    public static bool Of(long a, long b) => a <= b;
    public static bool Of(string a, string b) => string.CompareOrdinal(a, b) <= 0;
}

internal readonly struct Greater : IComparison
{
    public static bool Of(double a, double b) => a > b;
    public static bool Of(long a, long b) => a > b;
    public static bool Of(string a, string b) => string.CompareOrdinal(a, b) > 0;
}

internal readonly struct GreaterOrEqual : IComparison
{
    public static bool Of(double a, double b) => a >= b;
    public static bool Of(long a, long b) => a >= b;
    public static bool Of(string a, string b) => string.CompareOrdinal(a, b) >= 0;
}

internal sealed class CompareNumbers<TOp>(Node<double> a, Node<double> b) : Node<bool> where TOp : struct, IComparison
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out bool value)
    {
        value = a.TryGet(slots, out var x) & b.TryGet(slots, out var y);
        if (!value) return false;
        value = TOp.Of(x, y);
        return true;
    }
}

internal sealed class CompareWholes<TOp>(Node<long> a, Node<long> b) : Node<bool> where TOp : struct, IComparison
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out bool value)
    {
        value = a.TryGet(slots, out var x) & b.TryGet(slots, out var y);
        if (!value) return false;
        value = TOp.Of(x, y);
        return true;
    }
}

internal sealed class CompareTexts<TOp>(Node<string> a, Node<string> b) : Node<bool> where TOp : struct, IComparison
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out bool value)
    {
        value = false;
        if (!a.TryGet(slots, out var x) || !b.TryGet(slots, out var y)) return false;
        value = TOp.Of(x, y);
        return true;
    }
}

/// <summary>Whether two truth values are the same, or differ.</summary>
internal sealed class CompareTruths(Node<bool> a, Node<bool> b, bool differ) : Node<bool>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out bool value)
    {
        value = false;
        if (!a.TryGet(slots, out var x) || !b.TryGet(slots, out var y)) return false;
        value = x != y == differ;
        return true;
    }
}

/// <summary>Whether a value is one of a set. Literals are never NaN, so a NaN is in none.</summary>
internal sealed class OneOf<T>(Node<T> operand, HashSet<T> set, bool negated) : Node<bool>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out bool value)
    {
        value = false;
        if (!operand.TryGet(slots, out var x)) return false;
        value = set.Contains(x) != negated;
        return true;
    }
}

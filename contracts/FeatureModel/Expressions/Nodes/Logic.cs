// Hot path.
using System.Diagnostics.CodeAnalysis;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

/// <summary>False where one side is false, else null where one is null.</summary>
internal sealed class And(Node<bool> a, Node<bool> b) : Node<bool>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out bool value)
    {
        var known = a.TryGet(slots, out value);
        if (known && !value) return true;
        if (!b.TryGet(slots, out value)) return false;
        return known || !value;
    }
}

/// <summary>True where one side is true, else null where one is null.</summary>
internal sealed class Or(Node<bool> a, Node<bool> b) : Node<bool>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out bool value)
    {
        var known = a.TryGet(slots, out value);
        if (known && value) return true;
        if (!b.TryGet(slots, out value)) return false;
        return known || value;
    }
}

internal readonly struct Not : IUnary<bool, bool>
{
    public static bool Try(bool a, out bool result)
    {
        result = !a;
        return true;
    }
}

/// <summary>One of two values; a condition that is null counts as false. Only the one that is taken is evaluated.</summary>
internal sealed class Conditional<T>(Node<bool> condition, Node<T> then, Node<T> otherwise) : Node<T>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out T value) =>
        (condition.TryGet(slots, out var truth) && truth ? then : otherwise).TryGet(slots, out value);
}

/// <summary>The first value that is not null.</summary>
internal sealed class Coalesce<T>(Node<T>[] operands) : Node<T>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out T value)
    {
        foreach (var operand in operands)
        {
            if (operand.TryGet(slots, out value)) return true;
        }
        value = default;
        return false;
    }
}

internal sealed class IsNull<T>(Node<T> operand) : Node<bool>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out bool value)
    {
        value = !operand.TryGet(slots, out _);
        return true;
    }
}

/// <summary>The entry of a table under a key; where the key is null or not there, the default.</summary>
internal sealed class LookupIn<TKey, TValue>(Dictionary<TKey, TValue> entries, Node<TKey> key, Node<TValue> otherwise) : Node<TValue>
    where TKey : notnull
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out TValue value) =>
        (key.TryGet(slots, out var k) && entries.TryGetValue(k, out value)) || otherwise.TryGet(slots, out value);
}

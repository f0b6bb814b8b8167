// Hot path.
using System.Diagnostics.CodeAnalysis;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

/// <summary>What one operand is made into; false for null.</summary>
internal interface IUnary<TA, TR>
{
    static abstract bool Try(TA a, [MaybeNullWhen(false)] out TR result);
}

/// <summary>What two operands are made into; false for null.</summary>
internal interface IBinary<TA, TB, TR>
{
    static abstract bool Try(TA a, TB b, [MaybeNullWhen(false)] out TR result);
}

/// <summary>What three operands are made into; false for null.</summary>
internal interface ITernary<TA, TB, TC, TR>
{
    static abstract bool Try(TA a, TB b, TC c, [MaybeNullWhen(false)] out TR result);
}

/// <summary>An operation of one operand; null where that is null.</summary>
internal sealed class Unary<TOp, TA, TR>(Node<TA> a) : Node<TR> where TOp : struct, IUnary<TA, TR>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out TR value)
    {
        if (a.TryGet(slots, out var x)) return TOp.Try(x, out value);
        value = default;
        return false;
    }
}

/// <summary>An operation of two operands; null where one is null.</summary>
internal sealed class Binary<TOp, TA, TB, TR>(Node<TA> a, Node<TB> b) : Node<TR> where TOp : struct, IBinary<TA, TB, TR>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out TR value)
    {
        if (a.TryGet(slots, out var x) && b.TryGet(slots, out var y)) return TOp.Try(x, y, out value);
        value = default;
        return false;
    }
}

/// <summary>An operation of three operands; null where one is null.</summary>
internal sealed class Ternary<TOp, TA, TB, TC, TR>(Node<TA> a, Node<TB> b, Node<TC> c) : Node<TR> where TOp : struct, ITernary<TA, TB, TC, TR>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out TR value)
    {
        if (a.TryGet(slots, out var x) && b.TryGet(slots, out var y) && c.TryGet(slots, out var z)) return TOp.Try(x, y, z, out value);
        value = default;
        return false;
    }
}

/// <summary>An operation of two operands over any number of them, from left to right; null where one is null.</summary>
internal sealed class Fold<TOp, T>(Node<T>[] operands) : Node<T> where TOp : struct, IBinary<T, T, T>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out T value)
    {
        if (!operands[0].TryGet(slots, out value)) return false;
        for (var i = 1; i < operands.Length; i++)
        {
            if (!operands[i].TryGet(slots, out var next) || !TOp.Try(value, next, out value)) return false;
        }
        return true;
    }
}

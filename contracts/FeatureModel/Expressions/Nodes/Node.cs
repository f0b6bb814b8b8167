// Hot path: one call per part of an expression, for each evaluation.
using System.Diagnostics.CodeAnalysis;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

/// <summary>
/// A part of a compiled expression. Immutable; any number of threads. Small objects that call each other evaluate numbers without allocation, take only
/// the branch that counts, and need no code made at run time.
/// </summary>
internal abstract class Node
{
    /// <summary>Whether it reads no input.</summary>
    public virtual bool IsConstant => false;
}

/// <summary>A part whose value is a long (also a time or a duration in microseconds), a double, a bool, a string or an array.</summary>
internal abstract class Node<T> : Node
{
    /// <summary>False for null.</summary>
    public abstract bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out T value);
}

// Hot path.
using System.Diagnostics.CodeAnalysis;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

/// <summary>A value, or null, that stands in the text or follows from it alone.</summary>
internal sealed class Constant<T>(bool isNull, T? value) : Node<T>
{
    public override bool IsConstant => true;

    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, [MaybeNullWhen(false)] out T result)
    {
        result = value;
        return !isNull;
    }
}

using FeatureModel.Values;

namespace FeatureModel.Expressions;

/// <summary>A value that expressions may name.</summary>
/// <param name="View">The feature view it belongs to; null for a request's input or an event's field.</param>
/// <param name="Name">Its name within the view.</param>
/// <param name="Type">What its value is, where it is not null.</param>
/// <param name="Slot">Where its value stands in the span that an evaluation is given.</param>
public readonly record struct ExpressionInput(string? View, string Name, FeatureDataType Type, int Slot)
{
    public override string ToString() => View is null ? Name : $"{View}.{Name}";
}

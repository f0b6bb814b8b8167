namespace FeatureModel.Windows;

/// <summary>Why a view's windows cannot be kept. Immutable.</summary>
/// <param name="Feature">Index of the view's feature at fault; -1 where it is the view or its source.</param>
/// <param name="Sentence">View, feature, value and rule in words.</param>
/// <param name="Property">The feature's property at fault, <c>aggregate.window</c> for instance; empty where no feature is.</param>
/// <param name="Value">What stands there; null where nothing does.</param>
/// <param name="Rule">What must hold.</param>
public sealed record WindowFault(int Feature, string Sentence, string Property = "", string? Value = null, string Rule = "")
{
    public override string ToString() => Sentence;
}
